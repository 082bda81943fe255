import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { binary, text } from '../support/wire.js'

statement(
  'MQTT-3.10.3-1',
  'The topic filters in UNSUBSCRIBE are UTF-8 strings, one behind the other.',
  () => {
    it.each(levelsBefore5)('of level %i are compared with every character that they have', async (level) => {
      const client = await (await startInstance()).connect({ level })
      await client.subscribe(['温度/🌡', '温度/x', '#'])
      client.sendBytes(subscriptionPacket('a2', level, text('温度/🌡') + text('#')))
      await client.next('unsuback')
      await client.publish('温度/🌡', 'gone')
      await client.publish('温度/x', 'there')
      expect((await client.next('publish')).topic).toBe('温度/x')
      await client.expectNothing()
    })

    const illFormed = atLevelsBefore5(
      ['ff', 'c3', 'c0af', 'eda080', 'f8888080'].map((filter) => ({ filter }))
    )
    it.each(illFormed)('$filter is none: level $level is closed', async ({ level, filter }) => {
      await expectClosed(level, subscriptionPacket('a2', level, binary(filter)))
      await expectClosed(level, subscriptionPacket('a2', level, text('a') + binary(filter)))
    })

    it.each(levelsBefore5)(
      'one beyond the end of the packet closes a connection of level %i',
      async (level) => {
        for (const rest of ['00', '0002', '0002 61']) {
          await expectClosed(level, subscriptionPacket('a2', level, text('a') + rest))
        }
      }
    )
  }
)

statement('MQTT-3.10.3-2', 'An UNSUBSCRIBE has at least one topic filter.', () => {
  it.each(levelsBefore5)('without one level %i is closed', async (level) => {
    await expectClosed(level, 'a202 0001')
  })
})

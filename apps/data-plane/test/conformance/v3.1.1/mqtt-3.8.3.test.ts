import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { binary, byte } from '../support/wire.js'

statement('MQTT-3.8.3-1', 'A topic filter in SUBSCRIBE is a UTF-8 string.', () => {
  it.each(levelsBefore5)('of level %i matches with every character that it has', async (level) => {
    const client = await (await startInstance()).connect({ level })
    await client.subscribe('Größe/温度/🌡/+')
    await client.publish('Größe/温度/🌡/x', 'mild')
    expect((await client.next('publish')).topic).toBe('Größe/温度/🌡/x')
    await client.expectNothing()
  })

  const illFormed = atLevelsBefore5(['ff', 'c3', 'c0af', 'eda080', 'f8888080'].map((filter) => ({ filter })))
  it.each(illFormed)('$filter is none: level $level is closed', async ({ level, filter }) => {
    await expectClosed(level, subscriptionPacket('82', level, `${binary(filter)}00`))
  })
})

noTest(
  'MQTT-3.8.3-2',
  'A server that does not support wildcards refuses filters that have them.',
  'this server supports them: [MQTT-4.7.1-2] and [MQTT-4.7.1-3]'
)

statement('MQTT-3.8.3-3', 'A SUBSCRIBE has at least one topic filter with its QoS.', () => {
  it.each(levelsBefore5)('without one level %i is closed', async (level) => {
    await expectClosed(level, '8202 0001')
  })

  it.each(levelsBefore5)(
    'with a filter that lacks its QoS level %i is closed, also a later one',
    async (level) => {
      await expectClosed(level, '8205 0001 0001 61')
      await expectClosed(level, '8209 0001 0001 61 00 0001 62')
    }
  )
})

statement('MQTT-3.8.3-4', 'A reserved bit of the requested QoS, or QoS 3, ends the connection.', () => {
  const wrong = atLevelsBefore5([0x03, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff].map((qos) => ({ qos })))
  it.each(wrong)('$qos of level $level', async ({ level, qos }) => {
    await expectClosed(level, `8206 0001 0001 61 ${byte(qos)}`)
  })

  it.each(levelsBefore5)('also in a later filter of level %i', async (level) => {
    await expectClosed(level, '820a 0001 0001 61 00 0001 62 03')
  })
})

import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { byte } from '../support/wire.js'

/** What a client of this level hears of an UNSUBSCRIBE with this payload. */
function closedForUnsubscribe(level: ProtocolLevel, payload: string): Promise<number | null> {
  return closedFor(level, subscriptionPacket('a2', level, payload))
}

statement('MQTT-3.10.3-1', 'A topic filter in UNSUBSCRIBE is a UTF-8 string.', () => {
  it.each(levels)('of level %i is compared with every character that it has', async (level) => {
    const client = await (await startInstance()).connect({ level })
    await client.subscribe(['温度/🌡', '温度/x'])
    await client.unsubscribe('温度/🌡')
    await client.publish('温度/🌡', 'gone')
    await client.publish('温度/x', 'there')
    expect((await client.next('publish')).topic).toBe('温度/x')
    await client.expectNothing()
  })

  const illFormed = levels.flatMap((level) =>
    ['ff', 'c3', 'c0af', 'eda080', 'f8888080'].map((filter) => ({ level, filter }))
  )
  it.each(illFormed)('$filter is none: level $level is closed', async ({ level, filter }) => {
    const reason = await closedForUnsubscribe(level, `00${byte(filter.length / 2)}${filter}`)
    expect(reason).toBe(told(level, reasonCodes.malformedPacket))
  })
})

statement('MQTT-3.10.3-2', 'An UNSUBSCRIBE has at least one topic filter.', () => {
  it.each(levels)('without one level %i is closed', async (level) => {
    expect(await closedForUnsubscribe(level, '')).toBe(told(level, reasonCodes.malformedPacket))
  })
})

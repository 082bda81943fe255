import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels, refusedAs } from '../../support/versions.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'

statement('MQTT-3.9.3-1', 'The reason codes of SUBACK are in the order of the filters.', () => {
  it.each(levels)('to level %i', async (level) => {
    const client = await (await startInstance()).connect({ level })
    client.sendBytes(subscriptionPacket('82', level, '0001 7a 02  0001 61 00  0001 6d 01  0001 62 02'))
    expect(await client.next()).toMatchObject({ type: 'suback', reasonCodes: [2, 0, 1, 2] })
    await client.expectNothing()
  })
})

statement('MQTT-3.9.3-2', 'SUBACK has one of the listed reason codes for each subscription.', () => {
  it.each(levels)('to level %i', async (level) => {
    const instance = await startInstance({ limits: { topicLevelsMax: 3 } })
    const client = await instance.connect({ level })
    for (const qos of [0, 1, 2] as const) {
      const { reasonCodes: codes } = await client.subscribe(['a', '$parley/x', 'a/b/c/#', '+/+/#'], qos)
      const internal = refusedAs(level, reasonCodes.notAuthorized, qos)
      const tooDeep = refusedAs(level, reasonCodes.topicFilterInvalid, qos)
      expect(codes).toEqual([qos, internal, tooDeep, qos])
    }
    await client.expectNothing()
  })
})

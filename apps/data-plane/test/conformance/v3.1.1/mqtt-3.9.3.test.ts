import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos } from '../../support/versions.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { byte, text } from '../support/wire.js'

statement('MQTT-3.9.3-1', 'The return codes of SUBACK are in the order of the filters.', () => {
  it.each(levelsBefore5)('to level %i', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const answer = nextBytes(client)
    client.sendBytes(subscriptionPacket('82', level, '0001 7a 02  0001 61 00  0001 6d 01  0001 62 02'))
    expect(await answer).toBe('9006' + '0001' + '02000102')
  })
})

statement('MQTT-3.9.3-2', 'The return codes of SUBACK are 0, 1, 2 and 0x80.', () => {
  it.each(allQos)('beside QoS %i a failure is 0x80, whatever the reason is', async (qos) => {
    const instance = await startInstance({ limits: { topicLevelsMax: 2 } })
    const client = await instance.connect({ level: 4 })
    const filters = ['$parley/x', 'a/b/c', 'a'].map((filter) => text(filter) + byte(qos))
    const answer = nextBytes(client)
    client.sendBytes(subscriptionPacket('82', 4, filters.join('')))
    expect(await answer).toBe(`900500018080${byte(qos)}`)
  })
})

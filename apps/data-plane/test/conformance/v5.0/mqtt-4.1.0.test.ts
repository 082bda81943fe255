import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { keptS, keptSession } from '../support/kept-session.js'
import { statement } from '../support/statement.js'

const yearMs = 365 * 86_400_000

statement('MQTT-4.1.0-1', 'Session state is not discarded while the connection is open.', () => {
  it.each(levels)('of level %i: a clean session lives as long as its connection', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'before', { qos: 2 })
    const { packetId } = await client.next('publish')
    instance.sweepIn(yearMs)
    client.ack('pubrec', packetId)
    expect((await client.next('pubrel')).packetId).toBe(packetId)
    client.ack('pubcomp', packetId)
    await publisher.publish('a', 'after', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('after')
    await client.expectNothing()
  })

  it('of 5.0: the Session Expiry Interval does not run while the client is there', async () => {
    const instance = await startInstance()
    const client = await instance.connect(keptSession(5))
    await client.subscribe('a', 1)
    instance.sweepIn((keptS + 1) * 1000)
    await client.publish('a', 'x', { qos: 1 })
    await client.receive()
    await client.destroy()
    const again = await instance.connect(keptSession(5))
    expect(again.connack.sessionPresent).toBe(true)
  })
})

statement(
  'MQTT-4.1.0-2',
  'Session state is discarded when the connection is closed and its expiry is over.',
  () => {
    it.each(levels)('of level %i: a clean session at once', async (level) => {
      const instance = await startInstance()
      const first = await instance.connect({ level, clientId: 'me' })
      await first.subscribe('a', 1)
      await first.destroy()
      const publisher = await instance.connect()
      await publisher.publish('a', 'x', { qos: 1 })
      const second = await instance.connect({ level, clientId: 'me', cleanStart: false })
      expect(second.connack.sessionPresent).toBe(false)
      await publisher.publish('a', 'y', { qos: 1 })
      await second.expectNothing()
    })

    it('of 5.0: a kept one after its Session Expiry Interval, not before', async () => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(5))
      await first.subscribe('a', 1)
      await first.disconnect()
      instance.sweepIn((keptS - 1) * 1000)
      const second = await instance.connect(keptSession(5))
      expect(second.connack.sessionPresent).toBe(true)
      await second.disconnect()
      instance.sweepIn((keptS + 1) * 1000)
      const third = await instance.connect(keptSession(5))
      expect(third.connack.sessionPresent).toBe(false)
      await third.publish('a', 'x', { qos: 1 })
      await third.expectNothing()
    })
  }
)

import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { keptSession } from '../support/kept-session.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { untilGone } from '../support/until-gone.js'

statement('MQTT-3.2.0-1', 'The first packet that the server sends is CONNACK.', () => {
  it.each(levelsBefore5)('to level %i, before what waits for it and what it asks at once', async (level) => {
    const instance = await startInstance()
    const away = await instance.connect(keptSession(level))
    await away.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', 'unacknowledged', { qos: 1 })
    await away.next('publish')
    await away.destroy()
    await untilGone(instance)
    await publisher.publish('a', 'waiting', { qos: 1 })
    const client = await instance.open()
    client.sendConnect(keptSession(level))
    client.sendBytes('c000 8206 0001 0001 62 00')
    expect(await client.next()).toMatchObject({ type: 'connack', reasonCode: 0 })
    for (const payload of ['unacknowledged', 'waiting']) {
      expect((await client.receive()).payload.toString()).toBe(payload)
    }
    await client.next('pingresp')
    await client.next('suback')
    await client.expectNothing()
  })

  it('to nobody who has not sent a CONNECT', async () => {
    const instance = await startInstance()
    const client = await instance.open()
    client.sendBytes('10')
    instance.sweepIn(11_000)
    expect(await client.closed).toBeNull()
    expect(client.inbox).toEqual([])
  })
})

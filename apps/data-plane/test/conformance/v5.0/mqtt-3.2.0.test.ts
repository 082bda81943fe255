import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { told } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { statement } from '../support/statement.js'
import { connect } from '../support/wire.js'

statement('MQTT-3.2.0-1', 'CONNACK with reason code 0 is the first packet that the server sends.', () => {
  it.each(levels)('at level %i, also when messages wait and more is asked at once', async (level) => {
    const instance = await startInstance()
    const away = await instance.connect(keptSession(level))
    await away.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', 'unacknowledged', { qos: 1 })
    await away.next('publish')
    await away.destroy()
    await publisher.publish('a', 'waiting', { qos: 1 })
    const client = await instance.open()
    client.sendConnect(keptSession(level))
    client.send({ type: 'pingreq' })
    client.sendPublish('b', 'x', { qos: 1 })
    await publisher.publish('a', 'more', { qos: 1 })
    expect(await client.next()).toMatchObject({ type: 'connack', reasonCode: 0 })
    for (const payload of ['unacknowledged', 'waiting', 'more']) {
      expect((await client.receive()).payload.toString()).toBe(payload)
    }
    await client.next('puback')
    await client.next('pingresp')
    await client.expectNothing()
  })
})

statement('MQTT-3.2.0-2', 'A connection gets one CONNACK, not more.', () => {
  it.each(levels)('at level %i, also when it sends a second CONNECT', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level, clientId: 'me' })
    await client.expectNothing()
    client.sendBytes(connect({ level }) + connect({ level }))
    expect(await client.closed).toBe(told(level, reasonCodes.protocolError))
    expect(client.inbox.map(({ type }) => type)).not.toContain('connack')
  })
})

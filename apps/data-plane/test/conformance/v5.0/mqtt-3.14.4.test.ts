import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { statement } from '../support/statement.js'

statement('MQTT-3.14.4-1', 'Nothing is sent after DISCONNECT.', () => {
  it('neither answers to what came with the mistake, nor messages', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('a', 1)
    const publisher = await instance.connect()
    publisher.sendPublish('a', 'before', { qos: 1 })
    expect((await client.next()).type).toBe('publish')
    client.sendBytes('c000 e100 c000 c000')
    for (let number = 0; number < 20; number++) await publisher.publish('a', `${number}`, { qos: 1 })
    await client.closed
    const types = client.inbox.map(({ type }) => type)
    expect(types.filter((type) => type === 'pingresp')).toHaveLength(1)
    expect(types.indexOf('disconnect')).toBe(types.length - 1)
  })

  it.each(levels)('what a client of level %i sends after its own is not read', async (level) => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('a')
    const client = await instance.connect({ level })
    client.send({ type: 'disconnect', reasonCode: 0 }, client.publishPacket('a', 'too late'))
    await client.closed
    expect(client.inbox).toEqual([])
    await watcher.expectNothing()
  })
})

statement('MQTT-3.14.4-2', 'Whoever sends DISCONNECT closes the connection.', () => {
  it('the server does, though the client says nothing more', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    client.sendBytes('e100')
    expect(await client.closed).toBe(reasonCodes.malformedPacket)
    expect(instance.broker.connections.size).toBe(0)
  })

  it.each(levels)('the server does so after the DISCONNECT of a client of level %i too', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.disconnect()
    expect(instance.broker.connections.size).toBe(0)
  })
})

statement('MQTT-3.14.4-3', 'A normal DISCONNECT discards the will without publishing it.', () => {
  it.each(levels)('of level %i', async (level) => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('wills/#')
    const client = await instance.connect({ level, will: { topic: 'wills/me', retain: true } })
    await client.disconnect()
    await watcher.expectNothing()
    await watcher.subscribe('wills/#')
    await watcher.expectNothing()
  })

  it('of 5.0: also one that waits for its delay', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('wills/#')
    const client = await instance.connect({
      level: 5,
      properties: { sessionExpiryInterval: 60 },
      will: { topic: 'wills/me', properties: { willDelayInterval: 10 } }
    })
    await client.disconnect()
    instance.sweepIn(61_000)
    await watcher.expectNothing()
  })

  it.each([reasonCodes.disconnectWithWill, reasonCodes.unspecifiedError])(
    'of 5.0: another one, with reason code %i, does not',
    async (reasonCode) => {
      const instance = await startInstance()
      const watcher = await instance.connect()
      await watcher.subscribe('wills/#')
      const client = await instance.connect({ level: 5, will: { topic: 'wills/me' } })
      await client.disconnect(reasonCode)
      expect((await watcher.next('publish')).topic).toBe('wills/me')
      await watcher.expectNothing()
    }
  )
})

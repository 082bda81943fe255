import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'

describe('topic aliases from server to client', () => {
  it('stand for a topic from its second message, at every QoS, up to the maximum of the client', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5, properties: { topicAliasMaximum: 2 } })
    await client.subscribe('#', 2)
    const publisher = await instance.connect()
    for (const [topic, qos] of [
      ['a', 0],
      ['b', 1],
      ['a', 2],
      ['c', 0],
      ['b', 0],
      ['c', 1]
    ] as const) {
      await publisher.publish(topic, 'x', { qos })
    }
    const received: unknown[] = []
    for (let at = 0; at < 6; at++) {
      const { topic, properties } = await client.next('publish')
      received.push([topic, properties?.topicAlias])
    }
    expect(received).toEqual([
      ['a', 1],
      ['b', 2],
      ['', 1],
      ['c', undefined],
      ['', 2],
      ['c', undefined]
    ])
  })

  it('are at most as many as the instance allows, and none for who does not ask', async () => {
    const instance = await startInstance({ limits: { topicAliasMaximum: 1 } })
    const few = await instance.connect({ level: 5, properties: { topicAliasMaximum: 100 } })
    const none = await instance.connect({ level: 5 })
    for (const client of [few, none]) await client.subscribe('#')
    const publisher = await instance.connect()
    for (const topic of ['a', 'b', 'a']) await publisher.publish(topic, 'x')
    const aliases = async (client: typeof few): Promise<unknown[]> => [
      (await client.next('publish')).properties?.topicAlias,
      (await client.next('publish')).properties?.topicAlias,
      (await client.next('publish')).properties?.topicAlias
    ]
    expect(await aliases(few)).toEqual([1, undefined, 1])
    expect(await aliases(none)).toEqual([undefined, undefined, undefined])
  })

  it('end with the connection: what is sent again names its topic', async () => {
    const instance = await startInstance()
    const options = {
      level: 5 as const,
      clientId: 'again',
      cleanStart: false,
      properties: { topicAliasMaximum: 5, sessionExpiryInterval: 60 }
    }
    const client = await instance.connect(options)
    await client.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', '1', { qos: 1 })
    await publisher.publish('a', '2', { qos: 1 })
    await client.next('publish')
    expect((await client.next('publish')).topic).toBe('')
    await client.destroy()
    const back = await instance.connect(options)
    expect((await back.next('publish')).topic).toBe('a')
    expect((await back.next('publish')).topic).toBe('')
  })

  it('are not spent on a message that is too large for the client', async () => {
    const instance = await startInstance()
    const client = await instance.connect({
      level: 5,
      properties: { topicAliasMaximum: 5, maximumPacketSize: 100 }
    })
    await client.subscribe('a', 0)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x'.repeat(200))
    await publisher.publish('a', 'small')
    const { topic, properties } = await client.next('publish')
    expect([topic, properties?.topicAlias]).toEqual(['a', 1])
  })
})

import { reasonCodes } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'

const deep = 'a/b/c/d'
const limits = { topicLevelsMax: 2 }

describe('why something was refused', () => {
  it('is said in PUBACK, PUBREC and SUBACK, with the limit that it met', async () => {
    const instance = await startInstance({ limits })
    const client = await instance.connect({ level: 5 })
    const one = client.sendPublish(deep, 'x', { qos: 1 })
    const two = client.sendPublish(deep, 'x', { qos: 2 })
    const problem = {
      reasonString: 'the topic name has too many levels',
      userProperties: [{ key: 'limit', value: 'topicLevelsMax' }]
    }
    const puback = await client.next('puback')
    expect(puback).toMatchObject({ packetId: one, reasonCode: reasonCodes.topicNameInvalid })
    expect(puback.properties).toMatchObject(problem)
    const pubrec = await client.next('pubrec')
    expect(pubrec).toMatchObject({ packetId: two, reasonCode: reasonCodes.topicNameInvalid })
    expect(pubrec.properties).toMatchObject(problem)
    const suback = await client.subscribe(['a', deep])
    expect(suback.reasonCodes).toEqual([0, reasonCodes.topicFilterInvalid])
    expect(suback.properties?.reasonString).toBe('the topic filter has too many levels')
    expect(instance.drops('subscription_refused')).toBe(1)
  })

  it('is not said to a client that does not want it, except by the code [MQTT-3.1.2-29]', async () => {
    const instance = await startInstance({ limits })
    const client = await instance.connect({ level: 5, properties: { requestProblemInformation: 0 } })
    client.sendPublish(deep, 'x', { qos: 1 })
    const puback = await client.next('puback')
    expect(puback.reasonCode).toBe(reasonCodes.topicNameInvalid)
    expect(puback.properties).toBeUndefined()
    const suback = await client.subscribe([deep])
    expect(suback.reasonCodes).toEqual([reasonCodes.topicFilterInvalid])
    expect(suback.properties?.reasonString).toBeUndefined()
  })

  it('is left out when the packet would be too large for the client', async () => {
    const instance = await startInstance({ limits })
    const client = await instance.connect({ level: 5, properties: { maximumPacketSize: 30 } })
    client.sendPublish(deep, 'x', { qos: 1 })
    const puback = await client.next('puback')
    expect(puback.reasonCode).toBe(reasonCodes.topicNameInvalid)
    expect(puback.properties?.reasonString).toBeUndefined()
  })
})

describe('the Maximum Packet Size of a client', () => {
  it('that no CONNACK fits in ends its connection without one', async () => {
    const instance = await startInstance()
    const client = await instance.open()
    client.sendConnect({ level: 5, properties: { maximumPacketSize: 5 } })
    expect(await client.closed).toBe(null)
    expect(client.inbox).toEqual([])
    expect(instance.drops('packet_too_large_for_client')).toBe(1)
  })

  it('that its SUBACK does not fit in ends its connection with the reason', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5, properties: { maximumPacketSize: 30 } })
    client.send({
      type: 'subscribe',
      packetId: 1,
      subscriptions: Array.from({ length: 40 }, (_, at) => ({
        topicFilter: `${at}`,
        qos: 0 as const,
        noLocal: false,
        retainAsPublished: false,
        retainHandling: 0 as const
      })),
      subscriptionIdentifier: undefined
    })
    expect(await client.closed).toBe(reasonCodes.packetTooLarge)
  })
})

describe('Response Information', () => {
  it('is a topic of its own for a client that asks, and nothing for one that does not', async () => {
    const instance = await startInstance()
    const properties = { requestResponseInformation: 1 as const }
    const asking = await instance.connect({ level: 5, clientId: 'door-7', properties })
    expect(asking.connack.properties?.responseInformation).toBe('replies/door-7')
    const silent = await instance.connect({ level: 5 })
    expect(silent.connack.properties?.responseInformation).toBeUndefined()
    const odd = await instance.connect({ level: 5, clientId: 'a+b', properties })
    expect(odd.connack.properties?.responseInformation).toBeUndefined()
  })
})

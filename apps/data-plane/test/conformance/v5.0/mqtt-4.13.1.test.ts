import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { bystander, closedFor, refused, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { connect, packet } from '../support/wire.js'

const { malformedPacket, packetTooLarge, protocolError, receiveMaximumExceeded, topicAliasInvalid } =
  reasonCodes

statement('MQTT-4.13.1-1', 'A malformed packet or a protocol error ends the connection.', () => {
  const mistakes = [
    { what: 'a second CONNECT', bytes: connect({ level: 4 }), reason: protocolError },
    { what: 'a packet that only a server sends', bytes: 'd000', reason: protocolError },
    { what: 'QoS 3', bytes: '3606 0001 61 0001 00', reason: malformedPacket },
    { what: 'a packet that ends inside its topic', bytes: '3003 00ff 61', reason: malformedPacket },
    { what: 'an ill-formed topic', bytes: packet('30', '0001ff00'), reason: malformedPacket }
  ].flatMap((each) => levels.map((level) => ({ ...each, level })))
  it.each(mistakes)('of level $level: $what', async ({ level, bytes, reason }) => {
    expect(await closedFor(level, bytes)).toBe(told(level, reason))
  })

  const mistakesOf5 = [
    { what: 'an unknown property', bytes: '3006 0001 61 02 7f00', reason: malformedPacket },
    { what: 'a property of another packet', bytes: '3009 0001 61 05 11 00000001', reason: protocolError },
    {
      what: 'DISCONNECT with a property of another one',
      bytes: 'e005 00 03 210001',
      reason: protocolError
    },
    { what: 'a property twice', bytes: '3008 0001 61 04 0100 0100', reason: protocolError },
    { what: 'the subscription identifier 0', bytes: '8209 0001 02 0b00 0001 61 00', reason: protocolError },
    { what: 'the topic alias 0', bytes: '3007 0001 61 03 230000', reason: protocolError },
    { what: 'a topic alias that is too large', bytes: '3007 0001 61 03 23ffff', reason: topicAliasInvalid },
    { what: 'a topic alias that stands for nothing', bytes: '3006 0000 03 230001', reason: protocolError },
    { what: 'a packet that is too large', bytes: '30ffffff7f', reason: packetTooLarge }
  ]
  it.each(mistakesOf5)('of 5.0: $what', async ({ bytes, reason }) => {
    expect(await closedFor(5, bytes)).toBe(reason)
  })

  it('of 5.0: more messages than Receive Maximum', async () => {
    const instance = await startInstance({ limits: { receiveMaximum: 2 } })
    const stillWell = await bystander(instance)
    const client = await instance.connect({ level: 5 })
    for (let number = 0; number < 3; number++) client.sendPublish('a', 'x', { qos: 2 })
    expect(await client.closed).toBe(receiveMaximumExceeded)
    await stillWell()
  })

  it.each([
    { what: 'a reserved flag', options: { flags: '03' }, reason: malformedPacket },
    {
      what: 'a property of another packet',
      options: { properties: '05 0200000001' },
      reason: protocolError
    },
    { what: 'a property twice', options: { properties: '06 210001 210001' }, reason: protocolError },
    {
      what: 'a property with a value that it cannot have',
      options: { properties: '03 210000' },
      reason: protocolError
    }
  ])('of 5.0: CONNECT with $what', async ({ options, reason }) => {
    expect(await refused(await startInstance(), connect(options))).toBe(reason)
  })
})

import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { bystander, closedFor, told, untilClosed } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { connect, text } from '../support/wire.js'

statement('MQTT-3.1.0-1', 'The first packet of a connection is CONNECT.', () => {
  it.each([
    { what: 'a reserved type', bytes: '0000' },
    { what: 'CONNACK', bytes: '2003 00 00 00' },
    { what: 'PUBLISH', bytes: '300e 000b 71756965742f706c616365 00' },
    { what: 'PUBACK', bytes: '4002 0001' },
    { what: 'PUBREC', bytes: '5002 0001' },
    { what: 'PUBREL', bytes: '6202 0001' },
    { what: 'PUBCOMP', bytes: '7002 0001' },
    { what: 'SUBSCRIBE', bytes: '8207 0001 00 0001 23 00' },
    { what: 'SUBACK', bytes: '9004 0001 00 00' },
    { what: 'UNSUBSCRIBE', bytes: 'a206 0001 00 0001 23' },
    { what: 'UNSUBACK', bytes: 'b004 0001 00 00' },
    { what: 'PINGREQ', bytes: 'c000' },
    { what: 'PINGRESP', bytes: 'd000' },
    { what: 'DISCONNECT', bytes: 'e000' },
    { what: 'AUTH', bytes: 'f000' }
  ])('after $what the connection is closed without an answer', async ({ bytes }) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    expect(await untilClosed(instance, bytes + connect())).toHaveLength(0)
    await stillWell()
    expect(Object.keys(instance.broker.clients)).toEqual(['bystander'])
  })
})

statement('MQTT-3.1.0-2', 'A second CONNECT is a protocol error that ends the connection.', () => {
  it.each(levels)('at level %i, also for another client id', async (level) => {
    for (const payload of [text('me'), text('bystander')]) {
      expect(await closedFor(level, connect({ level, payload }))).toBe(told(level, reasonCodes.protocolError))
    }
  })
})

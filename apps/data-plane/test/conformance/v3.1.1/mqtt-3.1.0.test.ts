import { it } from 'vitest'
import { expectClosed, expectNotAnswered } from '../support/closed-without-a-word.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { connect, text } from '../support/wire.js'

statement('MQTT-3.1.0-1', 'The first packet of a connection is CONNECT.', () => {
  it.each([
    { what: 'a reserved type', bytes: '0000' },
    { what: 'CONNACK', bytes: '2002 0000' },
    { what: 'PUBLISH', bytes: '300e 000b 71756965742f706c616365 78' },
    { what: 'PUBACK', bytes: '4002 0001' },
    { what: 'PUBREC', bytes: '5002 0001' },
    { what: 'PUBREL', bytes: '6202 0001' },
    { what: 'PUBCOMP', bytes: '7002 0001' },
    { what: 'SUBSCRIBE', bytes: '8206 0001 0001 23 00' },
    { what: 'SUBACK', bytes: '9003 0001 00' },
    { what: 'UNSUBSCRIBE', bytes: 'a205 0001 0001 23' },
    { what: 'UNSUBACK', bytes: 'b002 0001' },
    { what: 'PINGREQ', bytes: 'c000' },
    { what: 'PINGRESP', bytes: 'd000' },
    { what: 'DISCONNECT', bytes: 'e000' },
    { what: 'a type that 3.1.1 does not have', bytes: 'f000' }
  ])('after $what nothing is answered, not even the CONNECT that follows', async ({ bytes }) => {
    for (const level of levelsBefore5) await expectNotAnswered(bytes + connect({ level }))
  })
})

statement('MQTT-3.1.0-2', 'A second CONNECT ends the connection.', () => {
  it.each(levelsBefore5)('of level %i, also with the client id of somebody else', async (level) => {
    for (const id of [`raw-${level}`, 'bystander']) {
      await expectClosed(level, connect({ level, payload: text(id) }))
    }
  })

  it.each(levelsBefore5)('of level %i, also with another version', async (level) => {
    for (const other of [3, 4, 5]) await expectClosed(level, connect({ level: other }))
  })
})

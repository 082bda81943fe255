import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { refused, untilClosed } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { connect } from '../support/wire.js'

statement('MQTT-3.14.0-1', 'The server sends no DISCONNECT before a CONNACK that lets the client in.', () => {
  const openings = [
    { what: 'a PINGREQ', bytes: 'c000' },
    { what: 'a DISCONNECT', bytes: 'e000' },
    { what: 'an AUTH', bytes: 'f000' },
    { what: 'a reserved packet type', bytes: '0000' },
    { what: 'a length of five bytes', bytes: '10ffffffff7f' }
  ]
  it.each(openings)('$what instead of CONNECT gets no answer at all', async ({ bytes }) => {
    expect(await untilClosed(await startInstance(), bytes)).toHaveLength(0)
  })

  it('a malformed CONNECT gets a CONNACK and nothing more', async () => {
    const flagsWithReservedBit = '03'
    const answer = await refused(await startInstance(), connect({ flags: flagsWithReservedBit }))
    expect(answer).toBe(reasonCodes.malformedPacket)
  })

  it('a refused client gets a CONNACK and nothing more, whatever it sent with its CONNECT', async () => {
    const instance = await startInstance({ anonymous: false })
    expect(await refused(instance, `${connect()} c000 ff00`)).toBe(reasonCodes.notAuthorized)
  })

  it('a connection that never says CONNECT is closed without a word', async () => {
    const instance = await startInstance()
    const client = await instance.open()
    instance.sweepIn(11_000)
    expect(await client.closed).toBeNull()
    expect(client.inbox).toEqual([])
  })
})

import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { bystander, refused, told } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { noTest, statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'
import { connect, packet, publish, text } from '../support/wire.js'

const { malformedPacket, protocolError } = reasonCodes
const me = text('me')

statement(
  'MQTT-3.1.4-1',
  'A CONNECT that is not in the format of the specification ends its connection.',
  () => {
    it.each([
      { what: 'an unknown property', hex: connect({ properties: '02 7f00' }), reason: malformedPacket },
      { what: 'a property of PUBLISH', hex: connect({ properties: '03 230001' }), reason: protocolError },
      { what: 'a property twice', hex: connect({ properties: '06 210001 210001' }), reason: protocolError },
      { what: 'Receive Maximum 0', hex: connect({ properties: '03 210000' }), reason: protocolError },
      { what: 'Maximum Packet Size 0', hex: connect({ properties: '05 2700000000' }), reason: protocolError },
      { what: 'a flag that is 2', hex: connect({ properties: '02 1702' }), reason: protocolError },
      { what: 'data without a method', hex: connect({ properties: '04 160001ff' }), reason: protocolError },
      { what: 'properties beyond its end', hex: connect({ properties: '7f' }), reason: malformedPacket },
      { what: 'bytes behind its end', hex: connect({ payload: `${me}00` }), reason: malformedPacket },
      { what: 'a client id beyond its end', hex: connect({ payload: '00056d65' }), reason: malformedPacket }
    ])('with $what', async ({ hex, reason }) => {
      const instance = await startInstance()
      const stillWell = await bystander(instance)
      expect(await refused(instance, hex)).toBe(reason)
      await stillWell()
      expect(instance.drops('protocol_violation')).toBe(1)
    })

    it.each(levels)('of level %i that ends early, wherever it does', async (level) => {
      const instance = await startInstance()
      const stillWell = await bystander(instance)
      const body = connect({ level, payload: me }).slice(4)
      for (let end = 0; end < body.length; end += 2) {
        const reason = await refused(instance, packet('10', body.slice(0, end)))
        expect([null, told(level, malformedPacket)]).toContain(reason)
      }
      await stillWell()
    })
  }
)

statement('MQTT-3.1.4-2', 'A CONNECT that fails a check of the server ends its connection.', () => {
  it.each(levels)('authentication, at level %i', async (level) => {
    const instance = await startInstance({ anonymous: false })
    const v3 = { notAuthorized: 5, badUsernameOrPassword: 4 }
    const codes = level === 5 ? reasonCodes : v3
    expect(await refused(instance, connect({ level }))).toBe(codes.notAuthorized)
    const withName = connect({ level, flags: '82', payload: me + text('name') })
    expect(await refused(instance, withName)).toBe(codes.badUsernameOrPassword)
  })

  it.each(levels)('the limit of connections, at level %i', async (level) => {
    const instance = await startInstance({ limits: { connectionsMax: 1 } })
    const stillWell = await bystander(instance)
    const serverUnavailable = 3
    expect(await refused(instance, connect({ level }))).toBe(
      level === 5 ? reasonCodes.quotaExceeded : serverUnavailable
    )
    await stillWell()
  })

  it('an authentication method that the server does not know', async () => {
    const hex = connect({ properties: '08 15 0005 534352414d' })
    expect(await refused(await startInstance(), hex)).toBe(reasonCodes.badAuthenticationMethod)
  })
})

statement(
  'MQTT-3.1.4-3',
  'A client id that is connected takes over: the older connection hears 0x8E and is closed.',
  () => {
    it.each(levels)('at level %i; nobody else is closed', async (level) => {
      const instance = await startInstance()
      const stillWell = await bystander(instance)
      const older = await instance.connect({ level, clientId: 'me' })
      const newer = await instance.connect({ level: level === 5 ? 4 : 5, clientId: 'me' })
      expect(await older.closed).toBe(told(level, reasonCodes.sessionTakenOver))
      await newer.expectNothing()
      await stillWell()
      expect(instance.broker.connectedClients).toBe(2)
    })
  }
)

noTest(
  'MQTT-3.1.4-4',
  'The server treats Clean Start as its flag says.',
  'shown by [MQTT-3.1.2-4], [MQTT-3.1.2-5] and [MQTT-3.1.2-6]'
)

statement('MQTT-3.1.4-5', 'A CONNECT that is accepted is answered with CONNACK and reason code 0.', () => {
  it.each(levels)('at level %i, and with nothing else', async (level) => {
    const client = await (await startInstance()).open()
    const answer = nextBytes(client)
    expect(await client.connect({ level })).toMatchObject({ sessionPresent: false, reasonCode: 0 })
    expect(await answer).toMatch(level === 5 ? /^20..0000/ : /^20020000$/)
    await client.expectNothing()
  })
})

statement('MQTT-3.1.4-6', 'What follows a CONNECT that is refused is not processed.', () => {
  it.each(levels)('at level %i neither PUBLISH nor SUBSCRIBE nor PINGREQ', async (level) => {
    const { instance, watcher } = await startWatched()
    await instance.change({ limits: { connectionsMax: 1 } })
    const subscribe = packet('82', `0001${level === 5 ? '00' : ''}${text('#')}00`)
    const pingreq = 'c000'
    const rest = publish(level, text('a')) + subscribe + pingreq
    const serverUnavailable = 3
    expect(await refused(instance, connect({ level }) + rest)).toBe(
      level === 5 ? reasonCodes.quotaExceeded : serverUnavailable
    )
    await watcher.expectNothing()
  })
})

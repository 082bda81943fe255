import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor, refused } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { noTest, statement } from '../support/statement.js'
import { binary, connect, packet, text } from '../support/wire.js'

const method = `15${text('SCRAM-SHA-1')}`
const data = `16${binary('00ff')}`
/** Properties with their length. */
const withMethod = packet('', method)
const withMethodAndData = packet('', method + data)

statement('MQTT-4.12.0-1', 'An authentication method that is not supported ends the connection.', () => {
  it.each([
    { what: 'without data', properties: withMethod },
    { what: 'with data', properties: withMethodAndData },
    { what: 'of no name', properties: packet('', `15${text('')}`) }
  ])('a method $what: CONNACK says so, and nothing more comes', async ({ properties }) => {
    const instance = await startInstance()
    expect(await refused(instance, connect({ properties }))).toBe(reasonCodes.badAuthenticationMethod)
    expect(instance.broker.connectedClients).toBe(0)
  })

  it('whatever comes with the CONNECT is not processed', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('#')
    const more = '3005 0001 61 00 78  c000  f000'
    const answer = await refused(instance, connect({ properties: withMethod }) + more)
    expect(answer).toBe(reasonCodes.badAuthenticationMethod)
    await watcher.expectNothing()
  })
})

noTest(
  'MQTT-4.12.0-2',
  'An AUTH by which the server asks for more says that authentication continues.',
  'no authentication method is supported, shown by [MQTT-4.12.0-1]'
)

noTest('MQTT-4.12.0-3', 'A client answers an AUTH with one that says the same.', 'binds the client')

noTest(
  'MQTT-4.12.0-4',
  'The server may refuse at any step of an authentication, and then closes the connection.',
  'no authentication method is supported, shown by [MQTT-4.12.0-1]'
)

noTest(
  'MQTT-4.12.0-5',
  'Every AUTH and the CONNACK of a success name the method of the CONNECT.',
  'no authentication method is supported, shown by [MQTT-4.12.0-1]'
)

statement('MQTT-4.12.0-6', 'Without a method in CONNECT the server sends no AUTH and names none.', () => {
  it('neither to a client that is let in', async () => {
    const client = await (await startInstance()).open()
    const first = nextBytes(client)
    client.sendConnect({ level: 5, username: 'somebody', password: 'secret' })
    expect(await first).toMatch(/^20/)
    const { reasonCode, properties } = await client.next('connack')
    expect(reasonCode).toBe(0)
    expect(properties).not.toHaveProperty('authenticationMethod')
    expect(properties).not.toHaveProperty('authenticationData')
    await client.expectNothing()
  })

  it('nor to one that is refused', async () => {
    const client = await (await startInstance({ anonymous: false })).open()
    const { reasonCode, properties } = await client.connect({ level: 5 })
    expect(reasonCode).toBe(reasonCodes.notAuthorized)
    expect(properties ?? {}).not.toHaveProperty('authenticationMethod')
    await client.closed
    expect(client.inbox).toEqual([])
  })
})

statement('MQTT-4.12.0-7', 'Without a method in CONNECT the client sends no AUTH.', () => {
  it.each([
    { what: 'one that goes on', auth: packet('f0', `18${withMethod}`) },
    { what: 'one that begins anew', auth: packet('f0', `19${withMethodAndData}`) },
    { what: 'an empty one', auth: 'f000' }
  ])('$what closes its connection', async ({ auth }) => {
    expect(await closedFor(5, auth)).toBe(reasonCodes.protocolError)
  })
})

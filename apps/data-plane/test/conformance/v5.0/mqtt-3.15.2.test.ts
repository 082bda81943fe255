import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor, refused } from '../support/closed-connections.js'
import { noTest, statement } from '../support/statement.js'
import { byte, connect, packet, text } from '../support/wire.js'

/** Properties that name an authentication method, with their length. */
const properties = packet('', `15${text('SCRAM')}`)

statement('MQTT-3.15.2-1', 'AUTH carries one of the reason codes that are listed for its sender.', () => {
  it.each([
    reasonCodes.success,
    reasonCodes.grantedQos1,
    reasonCodes.unspecifiedError,
    reasonCodes.malformedPacket
  ])('closes the connection of a client that sends one that is not its own: %i', async (reasonCode) => {
    const auth = packet('f0', byte(reasonCode) + properties)
    expect(await closedFor(5, auth)).toBe(reasonCodes.protocolError)
  })

  it('the server sends none: it asks no client for more than its CONNECT', async () => {
    const answer = await refused(await startInstance(), connect({ properties }))
    expect(answer).toBe(reasonCodes.badAuthenticationMethod)
  })
})

noTest(
  'MQTT-3.15.2-2',
  'AUTH has no Reason String that makes it too large for its receiver.',
  'the server sends no AUTH, shown by [MQTT-3.15.2-1]'
)

noTest(
  'MQTT-3.15.2-3',
  'AUTH has no User Property that makes it too large for its receiver.',
  'the server sends no AUTH, shown by [MQTT-3.15.2-1]'
)

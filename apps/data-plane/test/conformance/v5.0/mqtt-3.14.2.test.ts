import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { noTest, statement } from '../support/statement.js'
import { tightClient } from '../support/tight-client.js'
import { byte, packet } from '../support/wire.js'

const disconnect = { type: 'disconnect', properties: undefined }

statement(
  'MQTT-3.14.2-1',
  'DISCONNECT carries one of the reason codes that are listed for its sender.',
  () => {
    it('says that the session was taken over', async () => {
      const instance = await startInstance()
      const older = await instance.connect({ level: 5, clientId: 'twin' })
      await instance.connect({ level: 5, clientId: 'twin' })
      expect(await older.closed).toBe(reasonCodes.sessionTakenOver)
    })

    it('says that the keep alive is over', async () => {
      const instance = await startInstance()
      const client = await instance.connect({ level: 5, keepAliveS: 1 })
      instance.sweepIn(1_600)
      expect(await client.closed).toBe(reasonCodes.keepAliveTimeout)
    })

    it('says that the packet is too large', async () => {
      const bytes = '30ffffff7f'
      expect(await closedFor(5, bytes)).toBe(reasonCodes.packetTooLarge)
    })

    it.each([
      reasonCodes.grantedQos1,
      reasonCodes.noMatchingSubscribers,
      reasonCodes.serverShuttingDown,
      reasonCodes.keepAliveTimeout,
      reasonCodes.sessionTakenOver,
      reasonCodes.serverMoved
    ])('closes the connection of a client that sends one that is not its own: %i', async (reasonCode) => {
      expect(await closedFor(5, packet('e0', byte(reasonCode)))).toBe(reasonCodes.protocolError)
    })
  }
)

statement('MQTT-3.14.2-2', 'The server sends no Session Expiry Interval on DISCONNECT.', () => {
  it('not even where it changed what was asked for', async () => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 10 } })
    const older = await instance.connect(keptSession(5))
    expect(older.connack.properties?.sessionExpiryInterval).toBe(10)
    await instance.connect(keptSession(5))
    await older.closed
    const { properties } = await older.next('disconnect')
    expect(properties ?? {}).not.toHaveProperty('sessionExpiryInterval')
    expect(older.inbox).toEqual([])
  })
})

statement(
  'MQTT-3.14.2-3',
  'DISCONNECT has no Reason String that makes it too large for its receiver.',
  () => {
    it('says only its reason code', async () => {
      const client = await tightClient(await startInstance())
      client.sendBytes('e100')
      await client.closed
      expect(client.inbox).toEqual([{ ...disconnect, reasonCode: reasonCodes.malformedPacket }])
    })
  }
)

noTest(
  'MQTT-3.14.2-4',
  'DISCONNECT has no User Property that makes it too large for its receiver.',
  'shown by [MQTT-3.14.2-3]'
)

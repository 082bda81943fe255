import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { wrongSubscriptionFlags } from '../support/wrong-flags.js'

const payload = '0001 61 00'

statement(
  'MQTT-3.8.1-1',
  'SUBSCRIBE has the flags 0010; any other value is malformed and ends the connection.',
  () => {
    it.each(wrongSubscriptionFlags)('level $level with flags $flags is closed', async ({ level, flags }) => {
      const hex = subscriptionPacket(`8${flags}`, level, payload)
      expect(await closedFor(level, hex)).toBe(told(level, reasonCodes.malformedPacket))
    })

    it.each(levels)('level %i with the right flags is answered', async (level) => {
      const client = await (await startInstance()).connect({ level })
      client.sendBytes(subscriptionPacket('82', level, payload))
      expect(await client.next()).toMatchObject({ type: 'suback', packetId: 1 })
      await client.expectNothing()
    })
  }
)

import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { wrongSubscriptionFlags } from '../support/wrong-flags.js'

statement(
  'MQTT-3.6.1-1',
  'PUBREL has the flags 0010; any other value is malformed and ends the connection.',
  () => {
    it.each(wrongSubscriptionFlags)('level $level with flags $flags is closed', async ({ level, flags }) => {
      expect(await closedFor(level, `6${flags}02 0001`)).toBe(told(level, reasonCodes.malformedPacket))
    })

    it.each(levels)('level %i with the right flags is answered', async (level) => {
      const client = await (await startInstance()).connect({ level })
      client.sendPublish('a', 'x', { qos: 2, packetId: 1 })
      await client.next('pubrec')
      client.sendBytes('6202 0001')
      expect(await client.next()).toMatchObject({ type: 'pubcomp', packetId: 1, reasonCode: 0 })
      await client.expectNothing()
    })
  }
)

import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { connectOverWebSocket } from '../../support/web-socket.js'
import { statement } from '../support/statement.js'
import { publish, text } from '../support/wire.js'

const payload = Buffer.from(Array.from({ length: 500_000 }, (_, at) => (at * 31) % 251))

statement(
  'MQTT-4.2.0-1',
  'There is a transport that carries bytes in order and without loss, both ways.',
  () => {
    it.each(levels)('level %i over TCP and over WebSocket', async (level) => {
      const instance = await startInstance()
      const overTcp = await instance.connect({ level })
      const overWebSocket = await connectOverWebSocket(instance, { level })
      for (const client of [overTcp, overWebSocket]) await client.subscribe('a', 2)
      for (const client of [overTcp, overWebSocket]) {
        await client.publish('a', payload, { qos: 2 })
        for (const subscriber of [overTcp, overWebSocket]) {
          expect((await subscriber.receive()).payload.equals(payload)).toBe(true)
        }
      }
      for (const client of [overTcp, overWebSocket]) await client.expectNothing()
      await overWebSocket.disconnect()
    })

    it.each(levels)('level %i may send each byte by itself', async (level) => {
      const client = await (await startInstance()).connect({ level })
      await client.subscribe('a')
      const bytes = Buffer.from(publish(level, text('a'), '00', '6f'), 'hex')
      for (const byte of bytes) client.sendBytes(Buffer.from([byte]))
      expect((await client.next('publish')).payload.toString()).toBe('o')
      await client.expectNothing()
    })
  }
)

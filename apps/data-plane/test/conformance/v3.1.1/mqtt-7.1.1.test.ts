import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { connectOverWebSocket } from '../../support/web-socket.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'

statement('MQTT-7.1.1-1', 'The server supports a transport that is ordered and loses nothing.', () => {
  it.each(levelsBefore5)('level %i over TCP and over WebSocket, each to the other', async (level) => {
    const instance = await startInstance()
    const overTcp = await instance.connect({ level, autoAck: true })
    const overWebSocket = await connectOverWebSocket(instance, { level, autoAck: true })
    const payloads = Array.from({ length: 50 }, (_, number) => `${number}`.repeat(1_000))
    for (const [from, to] of [
      [overTcp, overWebSocket],
      [overWebSocket, overTcp]
    ] as const) {
      await to.subscribe('a', 1)
      from.send(...payloads.map((payload) => from.publishPacket('a', payload, { qos: 1 })))
      const received: string[] = []
      for (const _ of payloads) received.push((await to.receive()).payload.toString())
      expect(received).toEqual(payloads)
      for (const _ of payloads) await from.next('puback')
      await to.unsubscribe('a')
    }
    await overTcp.expectNothing()
    await overWebSocket.expectNothing()
    await overWebSocket.disconnect()
  })
})

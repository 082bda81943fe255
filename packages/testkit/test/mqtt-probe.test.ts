import { createServer, type Server, type Socket } from 'node:net'
import { encode } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { cleanUp, connectProbe, eventually, MqttProbe } from '../src/index.js'

const connack = encode({ type: 'connack', sessionPresent: false, reasonCode: 0 }, 4)
const publish = (topic: string): Buffer =>
  encode(
    {
      type: 'publish',
      topic,
      payload: Buffer.from('x'),
      qos: 1,
      retain: false,
      dup: false,
      packetId: 7,
      properties: undefined
    },
    4
  )

/** A server that answers whatever comes first with these bytes. */
async function answering(...bytes: Buffer[]): Promise<{ port: number; received: () => string }> {
  let received = ''
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('data', () => socket.write(Buffer.concat(bytes)))
    socket.on('data', (chunk) => {
      received += chunk.toString('hex')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as { port: number }).port, received: () => received }
}

describe('the probe', () => {
  it('acknowledges nothing by itself, unless it is told to', async () => {
    const silent = await answering(connack, publish('a'))
    const probe = await connectProbe(silent.port)
    const packet = await probe.next('publish')
    await probe.acknowledge(packet)
    await eventually(() => expect(silent.received()).toMatch(/40020007$/))

    const eager = await answering(connack, publish('a'))
    await connectProbe(eager.port, { autoAck: true })
    await eventually(() => expect(eager.received()).toMatch(/40020007$/))
  })

  it('keeps what comes in order, and finds a packet by its type', async () => {
    const { port } = await answering(connack, publish('a'), encode({ type: 'pingresp' }, 4), publish('b'))
    const probe = await connectProbe(port)
    await probe.next('pingresp')
    expect(probe.inbox).toHaveLength(2)
    expect((await probe.next('publish')).topic).toBe('a')
    expect(await probe.next()).toMatchObject({ topic: 'b' })
  })

  it('fails when something came that should not have come', async () => {
    const pong = encode({ type: 'pingresp' }, 4)
    const { port } = await answering(connack, publish('a'), pong, pong)
    const probe = await connectProbe(port)
    await expect(probe.expectNothing()).rejects.toThrow('got publish a "x"')
  })

  it('says what came instead when nothing of that type comes', async () => {
    const { port } = await answering(connack, publish('a'))
    const probe = await connectProbe(port)
    await expect(probe.next('suback', 30)).rejects.toThrow('no suback within 30 ms; there is: publish a "x"')
  })

  it('hears the end of the connection, and the reason where there is one', async () => {
    const disconnect = encode({ type: 'disconnect', reasonCode: 0x8e }, 5)
    const { port } = await answering(
      encode({ type: 'connack', sessionPresent: false, reasonCode: 0 }, 5),
      disconnect
    )
    const probe = await connectProbe(port, { level: 5 })
    await probe.next('disconnect')
    const waiting = expect(probe.next('publish')).rejects.toThrow('the connection is closed')
    await probe.destroy()
    expect(await probe.closed).toBe(0x8e)
    await waiting
  })

  it('does not take bytes that no server may send', async () => {
    const { port } = await answering(Buffer.from('c000', 'hex'))
    const probe = await MqttProbe.open(port)
    await expect(probe.connect()).rejects.toThrow('the server sent what it may not')
  })

  it('tells that a CONNECT was refused', async () => {
    const { port } = await answering(encode({ type: 'connack', sessionPresent: false, reasonCode: 5 }, 4))
    await expect(connectProbe(port)).rejects.toThrow('CONNECT was refused with 5')
  })
})

describe('eventually', () => {
  it('answers as soon as the check does not throw', async () => {
    let calls = 0
    const answer = await eventually(() => {
      if (++calls < 3) throw new Error('not yet')
      return calls
    })
    expect(answer).toBe(3)
  })

  it('fails with the last error when the time is over', async () => {
    const never = eventually(() => expect(1).toBe(2), { timeoutMs: 30, message: 'one is two' })
    await expect(never).rejects.toThrow(/^one is two: not within 30 ms; last: expected 1 to be 2/)
  })
})

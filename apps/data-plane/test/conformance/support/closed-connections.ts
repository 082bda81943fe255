import { connect as connectTcp } from 'node:net'
import type { ProtocolLevel } from '@parley/mqtt-wire'
import { cleanUp } from '@parley/testkit'
import { expect } from 'vitest'
import { type InstanceOptions, startInstance, type TestInstance } from '../../support/data-plane.js'

/** A client that must not notice anything: its subscription still delivers, over the connection that it had. */
export async function bystander(instance: TestInstance): Promise<() => Promise<void>> {
  const client = await instance.connect({ level: 5, clientId: 'bystander' })
  await client.subscribe('quiet/place', 1)
  return async () => {
    await client.publish('quiet/place', 'all is well', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('all is well')
    await client.expectNothing()
  }
}

/** Sends bytes over a new connection, waits until the server closes it, and answers all that came before. */
export async function untilClosed(instance: TestInstance, hex: string): Promise<Buffer> {
  const socket = connectTcp({ port: instance.port, host: '127.0.0.1', noDelay: true })
  cleanUp(() => socket.destroy())
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('close', () => resolve())
  })
  return Buffer.concat(chunks)
}

/**
 * Sends a first packet that must end the connection, and answers the reason code of the CONNACK before the close, or null for a
 * bare close. Nothing else may come.
 */
export async function refused(instance: TestInstance, hex: string): Promise<number | null> {
  const answer = await untilClosed(instance, hex)
  if (answer.length === 0) return null
  expect(answer[0], 'CONNACK').toBe(0x20)
  expect(answer[1], 'CONNACK is all that came').toBe(answer.length - 2)
  expect(answer[2], 'Session Present').toBe(0)
  return answer[3]!
}

/**
 * Connects a client that then sends bytes that must cost it its connection, and answers the reason code of the DISCONNECT, or
 * null for a bare close. Nothing else may come, and nobody else may notice.
 */
export async function closedFor(
  level: ProtocolLevel,
  hex: string,
  options?: InstanceOptions
): Promise<number | null> {
  const instance = await startInstance(options)
  const stillWell = await bystander(instance)
  const client = await instance.connect({ level })
  client.sendBytes(hex)
  const reason = await client.closed
  expect(client.inbox.filter(({ type }) => type !== 'disconnect')).toEqual([])
  await stillWell()
  return reason
}

/** What a client of this level hears of a reason code: only 5.0 can be told. */
export function told(level: ProtocolLevel, reasonCode: number): number | null {
  return level === 5 ? reasonCode : null
}

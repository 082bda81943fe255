import type { Instance } from '@parley/contracts'
import { isAlive, isPortFree } from '@parley/embedded'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectProbe, eventually, type System, startSystem } from '../src/index.js'

let system: System

beforeAll(async () => {
  system = await startSystem({ dataPlanes: 2 })
})
afterEach((context) => system.printLogsIfFailed(context))
afterAll(async () => {
  const { dataPlanes } = system
  await system.stop()
  for (const { pid, host, edgePort } of dataPlanes) {
    expect(isAlive(pid)).toBe(false)
    expect(await isPortFree(edgePort, host)).toBe(true)
  }
})

async function createInstance(name: string): Promise<{ id: string; port: number }> {
  const fields = { name, authentication: { anonymous: true } }
  const { status, body } = await system.api<Instance>('POST', '/instances', fields)
  expect(status).toBe(201)
  return { id: body.id, port: Number(new URL(body.endpoints.mqtt).port) }
}

describe('a system', () => {
  it('serves an instance that its API made on every data plane', async () => {
    const { port } = await createInstance('everywhere')
    for (const { host } of system.dataPlanes) {
      const client = await eventually(() => connectProbe(port, { host }))
      await client.ping()
    }
  })

  it('goes on with a data plane that was killed and started again', async () => {
    const { port } = await createInstance('killed')
    const [node] = system.dataPlanes
    const before = node!.pid
    await node!.kill()
    expect(isAlive(before)).toBe(false)
    await node!.restart()
    expect(node!.pid).not.toBe(before)
    await (await eventually(() => connectProbe(port, { host: node!.host }))).ping()
  })

  it('keeps tenants apart', async () => {
    const { id } = await createInstance('mine')
    const otherKey = await system.newTenant()
    expect((await system.api('GET', `/instances/${id}`)).status).toBe(200)
    expect((await system.api('GET', `/instances/${id}`, undefined, otherKey)).status).toBe(404)
  })

  it('goes on after its Redis was away, and after it was emptied', async () => {
    const { port } = await createInstance('steady')
    await eventually(() => connectProbe(port))
    await system.redis.stop()
    await (await connectProbe(port)).ping()
    await system.redis.restart()
    await system.redis.flush()
    await (await connectProbe(port)).ping()
  })
})

import type { MqttProbe } from '@parley/testkit'
import { type InstanceOptions, startInstance, type TestInstance } from '../../support/data-plane.js'

/** An instance, and a client that gets everything that is published there, each message as it was published. */
export async function startWatched(
  options?: InstanceOptions
): Promise<{ instance: TestInstance; watcher: MqttProbe }> {
  const instance = await startInstance(options)
  const watcher = await instance.connect({ level: 5, clientId: 'watcher' })
  await watcher.subscribe('#', 2, { retainAsPublished: true })
  return { instance, watcher }
}

import { eventually } from '@parley/testkit'
import { expect } from 'vitest'
import type { TestInstance } from '../../support/data-plane.js'

/** Waits until the server has noticed that this client is gone: a cut line tells it only after a while. */
export async function untilGone(instance: TestInstance, clientId = 'me'): Promise<void> {
  await eventually(() => expect(instance.broker.clients).not.toHaveProperty(clientId))
}

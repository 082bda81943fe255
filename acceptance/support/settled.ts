import { expect } from 'vitest'
import type { Client } from './mqtt-client.js'

/**
 * Waits until all that was on its way to this client has arrived: a message that it sends to itself comes after it. The second
 * round trip also lets the server read what others had sent before.
 */
export async function settled(client: Client): Promise<void> {
  const marker = `marker/${client.id}`
  await client.subscribe(marker, 0)
  for (let round = 0; round < 2; round++) {
    const before = client.received.filter(({ topic }) => topic === marker).length
    await client.publish(marker, 'seen', 1)
    await client.message(marker, before + 1)
  }
}

/** Nothing but `count` messages has come to this client, and nothing is on its way. */
export async function expectNothingMore(client: Client, count: number): Promise<void> {
  await settled(client)
  expect(client.received.filter(({ topic }) => !topic.startsWith('marker/'))).toHaveLength(count)
}

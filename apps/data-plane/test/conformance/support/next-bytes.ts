import type { MqttProbe } from '@parley/testkit'

/** The next bytes that a client gets, as hex: all packets that the server writes in one turn. */
export function nextBytes(client: MqttProbe): Promise<string> {
  return new Promise((resolve) => client.onBytes((bytes) => resolve(bytes.toString('hex'))))
}

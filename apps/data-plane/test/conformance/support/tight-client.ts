import { encode } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import type { TestInstance } from '../../support/data-plane.js'

/** A v5 client whose Maximum Packet Size is that of its CONNACK: no other packet has room for a sentence. */
export async function tightClient(instance: TestInstance): Promise<MqttProbe> {
  const roomy = await instance.connect({ level: 5 })
  const maximumPacketSize = encode(roomy.connack, 5).length
  await roomy.disconnect()
  return instance.connect({ level: 5, properties: { maximumPacketSize } })
}

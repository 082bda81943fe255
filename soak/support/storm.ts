import { setTimeout as sleep } from 'node:timers/promises'
import { CrowdClient, type CrowdMember } from './crowd-client.js'
import { Latencies } from './latencies.js'
import { SoakError } from './options.js'
import { seconds } from './report.js'

/** A client that was refused or not heard tries again after this time. */
const retryAfterMs = 500
/** A storm that takes longer is ended, and has failed. */
const stormMsMax = 300_000

export interface Storm {
  clients: CrowdClient[]
  /** From the first CONNECT to the CONNACK of the last client. */
  tookMs: number
  /** How long each client took, with what it had to repeat. */
  waits: Latencies
  /** Attempts that failed, by reason. */
  failures: Map<string, number>
}

/** All members connect at once, and try again until they are in. */
export async function storm(members: readonly CrowdMember[]): Promise<Storm> {
  const startedAt = performance.now()
  const waits = new Latencies()
  const failures = new Map<string, number>()
  const letIn = async (member: CrowdMember): Promise<CrowdClient> => {
    for (;;) {
      try {
        const client = await CrowdClient.connect(member)
        waits.add(performance.now() - startedAt)
        return client
      } catch (error) {
        const { message } = error as Error
        failures.set(message, (failures.get(message) ?? 0) + 1)
        if (performance.now() - startedAt > stormMsMax) {
          throw new SoakError(`${member.clientId} was not let in within ${seconds(stormMsMax)}: ${message}.`)
        }
        await sleep(retryAfterMs)
      }
    }
  }
  const clients = await Promise.all(members.map(letIn))
  return { clients, tookMs: performance.now() - startedAt, waits, failures }
}

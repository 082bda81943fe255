import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance, InstanceCreate, MqttUserWithPassword } from '@parley/contracts'
import { freePortRange } from '@parley/testkit'
import { Cleanups } from '../../acceptance/support/cleanups.js'
import { NpmStart, startSettings } from '../../acceptance/support/npm-start.js'
import { Rest } from '../../acceptance/support/rest.js'
import { CrowdClient, type CrowdMember } from './crowd-client.js'
import { SoakError } from './options.js'

const letInMsMax = 10_000
const betweenTriesMs = 20

/** A whole service as `npm start` runs it, on a folder and ports of its own, and its API. */
export class Service {
  readonly #rest: Rest

  private constructor(rest: Rest) {
    this.#rest = rest
  }

  /** Starts it, with room for so many instances, and runs `use`; whatever happens, all of it is ended. */
  static async use(instancesMax: number, use: (service: Service) => Promise<void>): Promise<void> {
    const cleanups = new Cleanups()
    try {
      const settings = await startSettings(cleanups)
      const first = await freePortRange(instancesMax)
      settings.env.PARLEY_MQTT_PORTS = `${first}-${first + instancesMax - 1}`
      const { apiUrl, apiKey } = await new NpmStart(settings, cleanups).ready()
      await use(new Service(new Rest(apiUrl, apiKey)))
    } finally {
      await cleanups.run()
    }
  }

  /** Resolves with the API's answer; throws when it is a problem. */
  async send<T = unknown>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.#rest.send<T>(method, path, body)
    if (answer.status < 300) return answer.body
    throw new SoakError(
      `${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`
    )
  }

  createInstance(fields: InstanceCreate): Promise<Instance> {
    return this.send('POST', '/instances', fields)
  }

  /** A user with a generated password. */
  async createUser(instanceId: string, username: string): Promise<string> {
    const path = `/instances/${instanceId}/users`
    const { password } = await this.send<MqttUserWithPassword>('POST', path, { username })
    return password!
  }
}

export function mqttPortOf({ endpoints }: Instance): number {
  return Number(new URL(endpoints.mqtt).port)
}

/** Connects; until the node knows what the API answered, it tries again. */
export async function letIn(member: CrowdMember): Promise<CrowdClient> {
  const deadline = performance.now() + letInMsMax
  for (;;) {
    try {
      return await CrowdClient.connect(member)
    } catch (error) {
      if (performance.now() > deadline) {
        throw new SoakError(`${member.clientId} was not let in: ${(error as Error).message}.`)
      }
      await sleep(betweenTriesMs)
    }
  }
}

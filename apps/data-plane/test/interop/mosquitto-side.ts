import { spawnSync } from 'node:child_process'
import type { Qos } from '@parley/mqtt-wire'
import type { TestInstance } from '../support/data-plane.js'
import { LineProcess } from './line-process.js'
import { type Exchanged, newClientId, type Side } from './side.js'

export const mosquittoInstalled = spawnSync('mosquitto_rr', ['--help']).error === undefined

/** Protocol versions as people and as the programs call them. */
export const mosquittoVersions = { '3.1': 'mqttv31', '3.1.1': 'mqttv311', '5.0': 'mqttv5' } as const
export type MosquittoVersion = keyof typeof mosquittoVersions

/** Prints QoS, topic and payload. */
export const printed = ['-F', '%q %t %p']

export function readPrinted(line: string): Exchanged {
  const [qos, topic, ...payload] = line.split(' ')
  return { topic: topic!, payload: payload.join(' '), qos: Number(qos) as Qos }
}

/** `mosquitto_pub`, `mosquitto_sub` or `mosquitto_rr` as a client of this instance. */
export function mosquitto(
  program: 'pub' | 'sub' | 'rr',
  instance: TestInstance,
  version: MosquittoVersion,
  args: readonly string[]
): LineProcess {
  const name = `mosquitto_${program}`
  const endpoint = ['-h', '127.0.0.1', '-p', `${instance.port}`, '-V', mosquittoVersions[version]]
  return new LineProcess(name, [...endpoint, '-i', newClientId(name), ...args])
}

export const mosquittoSides: readonly Side[] = (['3.1', '3.1.1', '5.0'] as const).map((version) => ({
  name: `Mosquitto's clients ${version}`,
  installed: mosquittoInstalled,
  async receive(instance, topicFilter, qos) {
    const { lines } = mosquitto('sub', instance, version, ['-t', topicFilter, '-q', `${qos}`, ...printed])
    return () => lines.map(readPrinted)
  },
  async publish(instance, messages) {
    for (const { topic, payload, qos } of messages) {
      await mosquitto('pub', instance, version, ['-t', topic, '-m', payload, '-q', `${qos}`]).ended
    }
  }
}))

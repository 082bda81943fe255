import type { Instance, InstanceSettings, Rollout } from '@parley/contracts'
import type { Instance as InstanceRow } from '@parley/database'
import type { Config } from '../config.js'
import { mergeSettings } from './settings.js'

export type EndpointConfig = Pick<Config, 'publicHost' | 'edgePort'>

/** An instance as the API answers it. */
export function instanceView(row: InstanceRow, rollout: Rollout, endpoints: EndpointConfig): Instance {
  return {
    id: row.id,
    name: row.name,
    remark: row.remark,
    status: row.status,
    ...mergeSettings(row.settings as unknown as InstanceSettings, {}),
    endpoints: endpointsOf(row, endpoints),
    revision: row.revision,
    rollout,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString()
  }
}

function endpointsOf(
  { id, mqttPort }: InstanceRow,
  { publicHost, edgePort }: EndpointConfig
): Instance['endpoints'] {
  const host = hostInUrl(publicHost)
  return {
    mqtt: `mqtt://${host}:${mqttPort}`,
    ws: `ws://${host}:${edgePort}/${id}/mqtt`,
    http: `http://${host}:${edgePort}/${id}`
  }
}

/** An IPv6 address stands in brackets there. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

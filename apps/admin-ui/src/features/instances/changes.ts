import type { Instance, InstanceCreate, InstancePatch } from '@parley/contracts'
import { queryClient } from '../../app/query-client'
import { request } from '../../lib/api-client'
import { instanceKey, instanceListKey, instanceQuery } from './queries'

/** Throws ApiProblem: `name_taken`, `invalid`, `endpoint_ports_exhausted`. */
export async function createInstance(body: InstanceCreate): Promise<Instance> {
  return remember(await request<Instance>('POST', '/instances', { body }))
}

/** Merged into what stands. Throws ApiProblem: `name_taken`, `invalid`. */
export async function updateInstance(instanceId: string, body: InstancePatch): Promise<Instance> {
  return remember(await request<Instance>('PATCH', `/instances/${instanceId}`, { body }))
}

/** Nothing of it is asked for any more. Throws ApiProblem. */
export async function deleteInstance(instanceId: string): Promise<void> {
  await request('DELETE', `/instances/${instanceId}`)
  await queryClient.cancelQueries({ queryKey: instanceKey(instanceId) })
  await queryClient.invalidateQueries({ queryKey: instanceListKey })
}

/** For when no page shows it any more: a page that still did would ask for it again. */
export function forgetInstance(instanceId: string): void {
  queryClient.removeQueries({ queryKey: instanceKey(instanceId) })
}

function remember(instance: Instance): Instance {
  queryClient.setQueryData(instanceQuery(instance.id).queryKey, instance)
  void queryClient.invalidateQueries({ queryKey: instanceListKey })
  return instance
}

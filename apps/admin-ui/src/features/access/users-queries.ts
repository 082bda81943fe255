import type { MqttUser, MqttUserCreate, MqttUserPatch, MqttUserWithPassword } from '@parley/contracts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { get, query, request } from '../../lib/api-client'
import type { ListSearch } from '../../lib/list-search'
import { type Page, pageSize } from '../../lib/page'
import { instanceKey, keepPreviousOf } from '../instances/queries'

/** Users come and go elsewhere too, and `last seen` moves. */
const refreshEveryMs = 15_000

function usersPath(instanceId: string): string {
  return `/instances/${instanceId}/users`
}

function userPath(instanceId: string, username: string): string {
  return `${usersPath(instanceId)}/${encodeURIComponent(username)}`
}

function usersKey(instanceId: string) {
  return [...instanceKey(instanceId), 'users'] as const
}

/** One page of the users of an instance, oldest first. */
export function usersQuery(instanceId: string, { q, cursor }: ListSearch) {
  return queryOptions({
    queryKey: [...usersKey(instanceId), { q, cursor }],
    queryFn: ({ signal }) =>
      get<Page<MqttUser>>(`${usersPath(instanceId)}${query({ limit: pageSize, q, cursor })}`, signal),
    placeholderData: keepPreviousOf(instanceId),
    refetchInterval: refreshEveryMs
  })
}

/** Throws ApiProblem: `invalid`, `name_taken`, `users_limit_reached`. */
export function createUser(instanceId: string, body: MqttUserCreate): Promise<MqttUserWithPassword> {
  return request('POST', usersPath(instanceId), { body })
}

/** Without a password the service makes one. Throws ApiProblem: `invalid`, `not_found`. */
export function resetPassword(
  instanceId: string,
  username: string,
  password: string | undefined
): Promise<MqttUserWithPassword> {
  return request('POST', `${userPath(instanceId, username)}/reset-password`, { body: { password } })
}

/** Throws ApiProblem: `invalid`, `not_found`. */
export function updateUser(instanceId: string, username: string, body: MqttUserPatch): Promise<MqttUser> {
  return request('PATCH', userPath(instanceId, username), { body })
}

/** Throws ApiProblem: `not_found`. */
export function deleteUser(instanceId: string, username: string): Promise<void> {
  return request('DELETE', userPath(instanceId, username))
}

export interface UserMutation<Input, Answer> {
  change: (input: Input) => Promise<Answer>
  onDone: (answer: Answer) => void
  onError?: (error: Error, input: Input) => void
}

/** A change of users, after which the lists of them are read again. */
export function useUserMutation<Input, Answer>(
  instanceId: string,
  { change, onDone, onError }: UserMutation<Input, Answer>
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess(answer) {
      onDone(answer)
      void client.invalidateQueries({ queryKey: usersKey(instanceId) })
    },
    ...(onError && { onError })
  })
}

import type { ApiKeyCreate, ApiKeyView, ApiKeyWithSecret } from '@parley/contracts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { queryClient } from '../../app/query-client'
import { get, query, request } from '../../lib/api-client'
import { type Page, pageSize } from '../../lib/page'

const key = ['api-keys']

export function apiKeysQuery(cursor: string | undefined) {
  return queryOptions({
    queryKey: [...key, { cursor }],
    queryFn: ({ signal }) => get<Page<ApiKeyView>>(`/api-keys${query({ limit: pageSize, cursor })}`, signal),
    placeholderData: keepPreviousData
  })
}

/** The answer holds the secret, this once. Throws ApiProblem. */
export async function createApiKey(body: ApiKeyCreate): Promise<ApiKeyWithSecret> {
  const created = await request<ApiKeyWithSecret>('POST', '/api-keys', { body })
  await queryClient.invalidateQueries({ queryKey: key })
  return created
}

/** Throws ApiProblem. */
export async function revokeApiKey(id: string): Promise<void> {
  await request('DELETE', `/api-keys/${id}`)
  await queryClient.invalidateQueries({ queryKey: key })
}

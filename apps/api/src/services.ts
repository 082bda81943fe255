import { readRollouts } from '@parley/config-feed'
import type { Instance, Rollout } from '@parley/contracts'
import type { Database, Instance as InstanceRow } from '@parley/database'
import type { ReplyJobs } from '@parley/jobs'
import type { FastifyReply } from 'fastify'
import type { Redis } from 'ioredis'
import type { Auth } from './auth/auth.js'
import type { Config } from './config.js'
import { hear } from './hear.js'
import { instanceView } from './instances/instance-view.js'
import type { Relay } from './relay/relay.js'

/** What operations work with. */
export interface Services {
  db: Database
  redis: Redis
  relay: Relay
  replyJobs: ReplyJobs
  auth: Auth
  /** The built admin UI; it need not be there. */
  adminUiDir: string
  config: Pick<Config, 'publicHost' | 'edgePort' | 'mqttPorts'>
}

/** How long an answer waits for its change to reach Redis. */
const relayWaitMs = 300
export const relayHeader = 'parley-relay'

/** Says in the answer whether the nodes have been told yet: `done`, or `pending` while Redis is away. */
export async function relayChange(
  { relay }: Services,
  reply: FastifyReply,
  { id, revision }: Pick<InstanceRow, 'id' | 'revision'>
): Promise<void> {
  const relayed = await relay.relayed(id, revision, relayWaitMs)
  reply.header(relayHeader, relayed ? 'done' : 'pending')
}

/** Instances as the API answers them, with what the nodes report. While Redis is away nobody is heard: 0 of 0. */
export async function viewInstances(services: Services, rows: readonly InstanceRow[]): Promise<Instance[]> {
  const rollouts = await rolloutsOf(services, rows)
  return rows.map((row) =>
    instanceView(row, rollouts.get(row.id) ?? { nodes: 0, applied: 0 }, services.config)
  )
}

export async function viewInstance(services: Services, row: InstanceRow): Promise<Instance> {
  return (await viewInstances(services, [row]))[0]!
}

async function rolloutsOf(
  { db, redis }: Services,
  rows: readonly InstanceRow[]
): Promise<Map<string, Rollout>> {
  const nobody = new Map<string, Rollout>()
  if (rows.length === 0 || redis.status !== 'ready') return nobody
  const { epoch } = await db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  const wanted = new Map(rows.map(({ id, revision }) => [id, { epoch, revision }]))
  return hear(redis, () => readRollouts(redis, wanted), nobody)
}

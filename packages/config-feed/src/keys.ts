/** Every Redis key of the config feed. What belongs to an instance carries `{instanceId}`, so that Redis Cluster works. */
export const keys = {
  /** Hash: epoch, revision, body (JSON of the snapshot). */
  config: (instanceId: string): string => `{${instanceId}}:config`,
  /** Hash: username to `StoredUser` as JSON, and one field that is no username: see stored-users.ts. */
  users: (instanceId: string): string => `{${instanceId}}:users`,
  /** Hash: username to when a client was last let in with it (epoch ms). */
  usersSeen: (instanceId: string): string => `{${instanceId}}:users:seen`,
  /** String: what this node counted of the instance (JSON). Lives as long as a lease. */
  live: (instanceId: string, nodeName: string): string => `{${instanceId}}:live:${nodeName}`,
  /** Set of all instance ids that have, or are about to have, a snapshot. */
  instances: 'parley:instances',
  /** Channel of change notices. */
  notices: 'parley:config:notices',
  /** Sorted set: node name, scored with the end of its lease (epoch ms, by Redis' clock). */
  nodes: 'parley:nodes',
  /** Hash: instance id to `epoch:revision` that the node runs. Lives as long as the node's lease. */
  applied: (nodeName: string): string => `parley:node:${nodeName}:applied`
} as const

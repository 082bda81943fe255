import { type Static, Type } from 'typebox'

/** What an instance did since its nodes started. Only connections and deadLetters can go down. */
export const InstanceCounters = Type.Object({
  connections: Type.Integer(),
  /** PUBLISH packets received from clients. */
  messagesIn: Type.Integer(),
  /** PUBLISH packets sent to clients. */
  messagesOut: Type.Integer(),
  /** Messages received that carried a Response Topic, the publisher's or a rule's. */
  requests: Type.Integer(),
  /** Replies published for responders. */
  replies: Type.Integer(),
  /** Attempts at replies that had to wait. */
  retries: Type.Integer(),
  deadLetters: Type.Integer(),
  /** Everything that was dropped, whatever the reason. */
  drops: Type.Integer()
})
export type InstanceCounters = Static<typeof InstanceCounters>

/** What one node says of an instance: the revision that it runs, null: none yet. */
export const NodeRollout = Type.Object({
  node: Type.String(),
  revision: Type.Union([Type.Integer(), Type.Null()]),
  current: Type.Boolean(),
  connections: Type.Integer()
})
export type NodeRollout = Static<typeof NodeRollout>

/** `GET /instances/{id}/live`, one server-sent event `live` a second. */
export const LiveEvent = Type.Object({
  /** Epoch ms. */
  at: Type.Integer(),
  /** False: the nodes cannot be heard (Redis is away); figures are the last known ones. */
  heard: Type.Boolean(),
  status: Type.Union([Type.Literal('running'), Type.Literal('suspended'), Type.Literal('deleting')]),
  revision: Type.Integer(),
  counters: InstanceCounters,
  nodes: Type.Array(NodeRollout)
})
export type LiveEvent = Static<typeof LiveEvent>

/** `GET /counters?instanceId=…&instanceId=…` (at most 100): for lists. Unknown ids are left out. */
export const CountersAnswer = Type.Object({
  items: Type.Array(Type.Object({ instanceId: Type.String(), counters: InstanceCounters }))
})
export type CountersAnswer = Static<typeof CountersAnswer>

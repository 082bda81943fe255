/** Why something was not delivered, accepted or answered. Every drop has one of these, and is counted per instance. */
export const dropReasons = [
  'connection_refused',
  'protocol_violation',
  'internal_error',
  'keep_alive_timeout',
  'connect_timeout',
  'taken_over',
  'server_shutting_down',
  'instance_closed',
  'publish_to_reserved_topic',
  'topic_too_deep',
  'too_many_user_properties',
  'publish_not_allowed',
  'will_not_allowed',
  'subscription_refused',
  'subscription_revoked',
  'queued_not_allowed',
  'rights_revoked',
  'not_stored',
  'retained_full',
  'queue_full',
  'queues_full',
  'message_expired',
  'packet_too_large_for_client',
  'slow_reader',
  'away_at_qos_0',
  'shared_without_member',
  'unsolicited_acknowledgement',
  'refused_by_responder',
  'session_expired',
  'reply_limit_reached',
  'reply_topic_invalid',
  'reply_not_allowed',
  'reply_request_expired',
  'reply_to_retained',
  'reply_not_stored'
] as const

export type DropReason = (typeof dropReasons)[number]

/** What one instance did on this node since the process started. Plain numbers: the hot path adds to them. */
export class Counters {
  connects = 0
  messagesIn = 0
  messagesOut = 0
  /** Messages that carried a Response Topic, the publisher's or a rule's. */
  requests = 0
  repliesPublished = 0
  repliesQueued = 0
  /** Attempts at replies that had to wait. */
  replyAttempts = 0
  ruleActionsApplied = 0
  ruleActionsSkipped = 0
  /** Of every reason. */
  dropped = 0
  readonly drops: Record<DropReason, number>
  readonly replyJobs = new Map<string, number>()

  constructor() {
    const drops = {} as Record<DropReason, number>
    for (const reason of dropReasons) drops[reason] = 0
    this.drops = drops
  }

  drop(reason: DropReason): void {
    this.drops[reason]++
    this.dropped++
  }

  replyJob(event: string): void {
    this.replyJobs.set(event, (this.replyJobs.get(event) ?? 0) + 1)
  }
}

import type { ReplyJobView } from '@parley/contracts'
import type { WaitingOrDead } from '@parley/jobs'

/** A reply that waits or was given up, as the API answers it. */
export function replyJobView(found: WaitingOrDead): ReplyJobView {
  const { id, state, reply, attemptsMade, attemptsMax, lastError, nextAttemptAtMs, deadAtMs } = found
  return {
    id,
    state,
    messageId: reply.messageId,
    responderClientId: reply.responderClientId,
    responseTopic: reply.topic,
    qos: reply.qos,
    payload: reply.payload,
    correlationDataBase64: reply.correlationDataBase64 ?? null,
    attempts: { made: attemptsMade, max: attemptsMax },
    lastError,
    createdAt: new Date(reply.createdAtMs).toISOString(),
    nextAttemptAt: timeOrNull(nextAttemptAtMs),
    deadAt: timeOrNull(deadAtMs),
    expiresAt: timeOrNull(reply.expiresAtMs)
  }
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

import { type Static, Type } from 'typebox'

const strict = { additionalProperties: false } as const

/** `waiting`: between two attempts, or at one. `dead`: given up after the last attempt, kept to be looked at. */
export const ReplyJobState = Type.Union([Type.Literal('waiting'), Type.Literal('dead')])
export type ReplyJobState = Static<typeof ReplyJobState>

export const replyJobBounds = {
  /** Of one bulk re-drive or discard. */
  bulkMax: 100
} as const

const OptionalTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])

/** A reply that could not be published yet, as the API answers it. */
export const ReplyJobView = Type.Object({
  id: Type.String(),
  state: ReplyJobState,
  /** Of the request. */
  messageId: Type.String(),
  responderClientId: Type.String(),
  /** The Response Topic. */
  responseTopic: Type.String(),
  qos: Type.Union([Type.Literal(1), Type.Literal(2)]),
  /** The JSON reply. */
  payload: Type.String(),
  correlationDataBase64: Type.Union([Type.String(), Type.Null()]),
  attempts: Type.Object({ made: Type.Integer(), max: Type.Integer() }),
  /** Why the last attempt failed; null: none was made. */
  lastError: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String({ format: 'date-time' }),
  /** Of a waiting one. */
  nextAttemptAt: OptionalTime,
  /** Of a dead one: when it was given up. */
  deadAt: OptionalTime,
  /** When the request expires; null: never. */
  expiresAt: OptionalTime
})
export type ReplyJobView = Static<typeof ReplyJobView>

/** `POST /instances/{id}/reply-jobs/retry` and `.../discard`: several at once. */
export const ReplyJobIds = Type.Object(
  {
    ids: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
      minItems: 1,
      maxItems: replyJobBounds.bulkMax,
      uniqueItems: true
    })
  },
  strict
)
export type ReplyJobIds = Static<typeof ReplyJobIds>

/** How many of them were there and are done; the others were published, discarded or never there. */
export const ReplyJobsDone = Type.Object({ done: Type.Integer(), missing: Type.Array(Type.String()) })
export type ReplyJobsDone = Static<typeof ReplyJobsDone>

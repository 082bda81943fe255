import { ReplyJobState, ReplyJobView } from '@parley/contracts'
import type { JobPage } from '@parley/jobs'
import { Type } from 'typebox'
import { findInstance } from '../../instances/find-instance.js'
import { Page, PageQuery, pageDefault, readCursor, readLimit, writeCursor } from '../../paging/page.js'
import { askRedis } from '../../reply-jobs/ask-redis.js'
import { replyJobView } from '../../reply-jobs/reply-job-view.js'
import { answers, InstanceParams, type Operation } from '../route.js'

const ReplyJobsQuery = Type.Object(
  { ...PageQuery.properties, state: Type.Optional(ReplyJobState) },
  { additionalProperties: false }
)

/** `GET /instances/{id}/reply-jobs?state=waiting|dead`: newest first; without a state, the dead letters. */
export const listReplyJobs: Operation = (app, { db, redis, replyJobs }) => {
  app.get(
    '/instances/:instanceId/reply-jobs',
    {
      preValidation: async (request) => readLimit(request.query),
      config: { access: 'replies:read' },
      schema: {
        tags: ['reply jobs'],
        params: InstanceParams,
        querystring: ReplyJobsQuery,
        response: answers(200, Page(ReplyJobView))
      }
    },
    async (request) => {
      const { limit = pageDefault, cursor, state = 'dead' } = request.query
      const before = cursor === undefined ? undefined : readPosition(cursor)
      const { id } = await findInstance(db, request.principal, request.params.instanceId)
      const page = await askRedis(redis, () => replyJobs.list(id, state, { before, limit }))
      return { items: page.items.map(replyJobView), nextCursor: cursorOf(page) }
    }
  )
}

function cursorOf({ next }: JobPage): string | null {
  return next ? writeCursor([new Date(next.atMs).toISOString(), next.id]) : null
}

function readPosition(cursor: string): JobPage['next'] {
  const [at, id] = readCursor(cursor, ['date', 'string']) as [string, string]
  return { atMs: Date.parse(at), id }
}

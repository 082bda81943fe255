import { Type } from 'typebox'
import { findInstance } from '../../instances/find-instance.js'
import { notFound, ProblemError } from '../../problem-error.js'
import { askRedis } from '../../reply-jobs/ask-redis.js'
import { answers, type Operation, ReplyJobParams } from '../route.js'

/** `DELETE /instances/{id}/reply-jobs/{jobId}` 204: nothing of it is left. */
export const discardReplyJob: Operation = (app, { db, redis, replyJobs }) => {
  app.delete(
    '/instances/:instanceId/reply-jobs/:jobId',
    {
      config: { access: 'replies:write' },
      schema: { tags: ['reply jobs'], params: ReplyJobParams, response: answers(204, Type.Null()) }
    },
    async (request, reply) => {
      const { instanceId, jobId } = request.params
      const { id } = await findInstance(db, request.principal, instanceId)
      const result = await askRedis(redis, () => replyJobs.discard(id, jobId))
      if (result === 'missing') throw notFound('reply that waits or was given up')
      if (result === 'running') {
        throw new ProblemError(
          'reply_in_progress',
          'The reply is being tried right now; ask again in a moment.'
        )
      }
      return reply.status(204).send(null)
    }
  )
}

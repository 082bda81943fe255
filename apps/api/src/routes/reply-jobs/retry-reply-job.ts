import { ReplyJobView } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { notFound, ProblemError } from '../../problem-error.js'
import { askRedis } from '../../reply-jobs/ask-redis.js'
import { replyJobView } from '../../reply-jobs/reply-job-view.js'
import { answers, type Operation, ReplyJobParams } from '../route.js'

/** `POST /instances/{id}/reply-jobs/{jobId}/retry` 202: tried at once; a dead letter gets all its attempts again. */
export const retryReplyJob: Operation = (app, { db, redis, replyJobs }) => {
  app.post(
    '/instances/:instanceId/reply-jobs/:jobId/retry',
    {
      config: { access: 'replies:write' },
      schema: { tags: ['reply jobs'], params: ReplyJobParams, response: answers(202, ReplyJobView) }
    },
    async (request, reply) => {
      const { instanceId, jobId } = request.params
      const { id } = await findInstance(db, request.principal, instanceId)
      const result = await askRedis(redis, () => replyJobs.retry(id, jobId))
      if (result === 'missing') throw notFound('reply that waits or was given up')
      if (result === 'expired') {
        throw new ProblemError('reply_expired', 'The request has expired: nobody may get its reply any more.')
      }
      return reply.status(202).send(replyJobView(result))
    }
  )
}

import { ReplyJobView } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { notFound } from '../../problem-error.js'
import { askRedis } from '../../reply-jobs/ask-redis.js'
import { replyJobView } from '../../reply-jobs/reply-job-view.js'
import { answers, type Operation, ReplyJobParams } from '../route.js'

/** `GET /instances/{id}/reply-jobs/{jobId}`. */
export const getReplyJob: Operation = (app, { db, redis, replyJobs }) => {
  app.get(
    '/instances/:instanceId/reply-jobs/:jobId',
    {
      config: { access: 'replies:read' },
      schema: { tags: ['reply jobs'], params: ReplyJobParams, response: answers(200, ReplyJobView) }
    },
    async (request) => {
      const { instanceId, jobId } = request.params
      const { id } = await findInstance(db, request.principal, instanceId)
      const found = await askRedis(redis, () => replyJobs.get(id, jobId))
      if (!found) throw notFound('reply that waits or was given up')
      return replyJobView(found)
    }
  )
}

import { ReplyJobIds, ReplyJobsDone } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { askRedis } from '../../reply-jobs/ask-redis.js'
import { eachJob } from '../../reply-jobs/each-job.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `POST /instances/{id}/reply-jobs/retry`: several at once. One whose request has expired counts as missing. */
export const retryReplyJobs: Operation = (app, { db, redis, replyJobs }) => {
  app.post(
    '/instances/:instanceId/reply-jobs/retry',
    {
      config: { access: 'replies:write' },
      schema: {
        tags: ['reply jobs'],
        params: InstanceParams,
        body: ReplyJobIds,
        response: answers(200, ReplyJobsDone)
      }
    },
    async (request) => {
      const { id } = await findInstance(db, request.principal, request.params.instanceId)
      const retry = async (jobId: string): Promise<boolean> =>
        typeof (await replyJobs.retry(id, jobId)) === 'object'
      return askRedis(redis, () => eachJob(request.body.ids, retry))
    }
  )
}

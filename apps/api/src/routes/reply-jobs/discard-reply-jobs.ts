import { ReplyJobIds, ReplyJobsDone } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { askRedis } from '../../reply-jobs/ask-redis.js'
import { eachJob } from '../../reply-jobs/each-job.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `POST /instances/{id}/reply-jobs/discard`: several at once. One that is tried for as long as this waits counts as missing. */
export const discardReplyJobs: Operation = (app, { db, redis, replyJobs }) => {
  app.post(
    '/instances/:instanceId/reply-jobs/discard',
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
      const discard = async (jobId: string): Promise<boolean> =>
        (await replyJobs.discard(id, jobId)) === 'done'
      return askRedis(redis, () => eachJob(request.body.ids, discard))
    }
  )
}

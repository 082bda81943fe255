import { EnhancementRule, RulePriorities } from '@parley/contracts'
import type { Prisma } from '@parley/database'
import { changeInstance } from '../../changes/change-instance.js'
import { Page } from '../../paging/page.js'
import { ProblemError } from '../../problem-error.js'
import { ruleOrder, ruleView } from '../../rules/rule-view.js'
import { relayChange } from '../../services.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `PUT /instances/{id}/enhancement-rules/priorities`: all of them, or none. Answers the rules in their new order. */
export const setPriorities: Operation = (app, services) => {
  app.put(
    '/instances/:instanceId/enhancement-rules/priorities',
    {
      schema: {
        tags: ['enhancement rules'],
        params: InstanceParams,
        body: RulePriorities,
        response: answers(200, Page(EnhancementRule))
      }
    },
    async (request, reply) => {
      refuseRepeats(request.body)
      const { instance, result } = await changeInstance(
        services.db,
        request.principal,
        request.params.instanceId,
        { action: 'rule.priorities', details: { priorities: request.body } },
        async (tx, { id: instanceId, revision }) => {
          await update(tx, instanceId, revision, request.body)
          return tx.enhancementRule.findMany({ where: { instanceId }, orderBy: ruleOrder })
        }
      )
      await relayChange(services, reply, instance)
      return { items: result.map(ruleView), nextCursor: null }
    }
  )
}

function refuseRepeats(priorities: RulePriorities): void {
  const seen = new Set<string>()
  for (const [i, { id }] of priorities.entries()) {
    if (seen.has(id)) throw invalid(i, 'is there twice')
    seen.add(id)
  }
}

async function update(
  tx: Prisma.TransactionClient,
  instanceId: string,
  revision: number,
  priorities: RulePriorities
): Promise<void> {
  for (const [i, { id, priority }] of priorities.entries()) {
    const where = { id: id.includes('\0') ? '' : id, instanceId }
    const { count } = await tx.enhancementRule.updateMany({ where, data: { priority, revision } })
    if (count === 0) throw invalid(i, 'is not a rule of this instance')
  }
}

function invalid(index: number, message: string): ProblemError {
  return new ProblemError('invalid', 'No priority was changed.', [{ path: `/${index}/id`, message }])
}

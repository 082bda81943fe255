import { EnhancementRule, RulePriorities } from '@parley/contracts'
import { changeInstance } from '../../changes/change-instance.js'
import { refuseRepeats, setEach } from '../../changes/priorities.js'
import { Page } from '../../paging/page.js'
import { ruleOrder, ruleView } from '../../rules/rule-view.js'
import { relayChange } from '../../services.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `PUT /instances/{id}/enhancement-rules/priorities`: all of them, or none. Answers the rules in their new order. */
export const setPriorities: Operation = (app, services) => {
  app.put(
    '/instances/:instanceId/enhancement-rules/priorities',
    {
      config: { access: 'rules:write' },
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
          await setEach(request.body, 'rule', (id, priority) =>
            tx.enhancementRule.updateMany({ where: { id, instanceId }, data: { priority, revision } })
          )
          return tx.enhancementRule.findMany({ where: { instanceId }, orderBy: ruleOrder })
        }
      )
      await relayChange(services, reply, instance)
      return { items: result.map(ruleView), nextCursor: null }
    }
  )
}

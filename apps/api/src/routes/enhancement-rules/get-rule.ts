import { EnhancementRule } from '@parley/contracts'
import { setEtag } from '../../changes/if-match.js'
import { findInstance } from '../../instances/find-instance.js'
import { findRule } from '../../rules/find-rule.js'
import { ruleView } from '../../rules/rule-view.js'
import { answers, type Operation, RuleParams } from '../route.js'

/** `GET /instances/{id}/enhancement-rules/{ruleId}`. */
export const getRule: Operation = (app, { db }) => {
  app.get(
    '/instances/:instanceId/enhancement-rules/:ruleId',
    {
      config: { access: 'rules:read' },
      schema: { tags: ['enhancement rules'], params: RuleParams, response: answers(200, EnhancementRule) }
    },
    async (request, reply) => {
      const { instanceId, ruleId } = request.params
      const { id } = await findInstance(db, request.principal, instanceId)
      const rule = await findRule(db, id, ruleId)
      setEtag(reply, rule)
      return ruleView(rule)
    }
  )
}

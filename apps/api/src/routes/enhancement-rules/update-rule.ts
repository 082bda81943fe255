import { EnhancementRule, EnhancementRulePatch } from '@parley/contracts'
import { IfMatchHeaders } from '../../changes/if-match.js'
import { patchedRuleFields } from '../../rules/rule-fields.js'
import { answers, type Operation, RuleParams } from '../route.js'
import { saveRule } from './save-rule.js'

/** `PATCH /instances/{id}/enhancement-rules/{ruleId}`: merged by field; `null` removes an action. */
export const updateRule: Operation = (app, services) => {
  app.patch(
    '/instances/:instanceId/enhancement-rules/:ruleId',
    {
      config: { access: 'rules:write' },
      schema: {
        tags: ['enhancement rules'],
        params: RuleParams,
        headers: IfMatchHeaders,
        body: EnhancementRulePatch,
        response: answers(200, EnhancementRule)
      }
    },
    async (request, reply) =>
      saveRule(services, request, reply, request.params, (row) => patchedRuleFields(row, request.body))
  )
}

import { EnhancementRule, EnhancementRuleCreate } from '@parley/contracts'
import { IfMatchHeaders } from '../../changes/if-match.js'
import { newRuleFields } from '../../rules/rule-fields.js'
import { answers, type Operation, RuleParams } from '../route.js'
import { saveRule } from './save-rule.js'

/** `PUT /instances/{id}/enhancement-rules/{ruleId}`: replaces all of it; what is left out takes its default. */
export const replaceRule: Operation = (app, services) => {
  app.put(
    '/instances/:instanceId/enhancement-rules/:ruleId',
    {
      config: { access: 'rules:write' },
      schema: {
        tags: ['enhancement rules'],
        params: RuleParams,
        headers: IfMatchHeaders,
        body: EnhancementRuleCreate,
        response: answers(200, EnhancementRule)
      }
    },
    async (request, reply) => {
      const fields = newRuleFields(request.body)
      return saveRule(services, request, reply, request.params, () => fields)
    }
  )
}

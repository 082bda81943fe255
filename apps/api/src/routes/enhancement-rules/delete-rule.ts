import { Type } from 'typebox'
import { changeInstance } from '../../changes/change-instance.js'
import { IfMatchHeaders, requireMatch } from '../../changes/if-match.js'
import { findRule } from '../../rules/find-rule.js'
import { relayChange } from '../../services.js'
import { answers, type Operation, RuleParams } from '../route.js'

/** `DELETE /instances/{id}/enhancement-rules/{ruleId}` 204. */
export const deleteRule: Operation = (app, services) => {
  app.delete(
    '/instances/:instanceId/enhancement-rules/:ruleId',
    {
      config: { access: 'rules:write' },
      schema: {
        tags: ['enhancement rules'],
        params: RuleParams,
        headers: IfMatchHeaders,
        response: answers(204, Type.Null())
      }
    },
    async (request, reply) => {
      const { instanceId, ruleId } = request.params
      const { instance } = await changeInstance(
        services.db,
        request.principal,
        instanceId,
        { action: 'rule.delete', details: { ruleId } },
        async (tx, { id }) => {
          const rule = await findRule(tx, id, ruleId)
          requireMatch(request, rule)
          await tx.enhancementRule.delete({ where: { id: rule.id } })
        }
      )
      await relayChange(services, reply, instance)
      return reply.status(204).send(null)
    }
  )
}

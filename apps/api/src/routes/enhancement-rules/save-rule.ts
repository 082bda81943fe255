import type { EnhancementRule } from '@parley/contracts'
import type { EnhancementRule as RuleRow } from '@parley/database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { changeInstance } from '../../changes/change-instance.js'
import { requireMatch, setEtag } from '../../changes/if-match.js'
import { isUniqueViolation } from '../../changes/unique.js'
import { findRule } from '../../rules/find-rule.js'
import { type RuleFields, ruleColumns } from '../../rules/rule-fields.js'
import { ruleView } from '../../rules/rule-view.js'
import { relayChange, type Services } from '../../services.js'
import { ruleNameTaken } from './create-rule.js'

/** What PUT and PATCH share: the rule is read under the lock, its new fields come from `fieldsOf`. */
export async function saveRule(
  services: Services,
  request: Pick<FastifyRequest, 'principal' | 'headers'>,
  reply: FastifyReply,
  params: { instanceId: string; ruleId: string },
  fieldsOf: (row: RuleRow) => RuleFields
): Promise<EnhancementRule> {
  let name = ''
  try {
    const { instance, result } = await changeInstance(
      services.db,
      request.principal,
      params.instanceId,
      { action: 'rule.update', details: { ruleId: params.ruleId } },
      async (tx, { id: instanceId, revision }) => {
        const row = await findRule(tx, instanceId, params.ruleId)
        requireMatch(request, row)
        const fields = fieldsOf(row)
        name = fields.name
        return tx.enhancementRule.update({
          where: { id: row.id },
          data: { ...ruleColumns(fields), revision }
        })
      }
    )
    await relayChange(services, reply, instance)
    setEtag(reply, result)
    return ruleView(result)
  } catch (error) {
    if (isUniqueViolation(error, 'name')) throw ruleNameTaken(name)
    throw error
  }
}

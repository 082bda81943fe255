import { EnhancementRule, EnhancementRuleCreate, type InstanceSettings } from '@parley/contracts'
import type { Instance, Prisma } from '@parley/database'
import { changeInstance } from '../../changes/change-instance.js'
import { setEtag } from '../../changes/if-match.js'
import { isUniqueViolation } from '../../changes/unique.js'
import { mergeSettings } from '../../instances/settings.js'
import { ProblemError } from '../../problem-error.js'
import { newRuleFields, ruleColumns } from '../../rules/rule-fields.js'
import { ruleView } from '../../rules/rule-view.js'
import { relayChange } from '../../services.js'
import { answers, InstanceParams, type Operation, pathOf } from '../route.js'

/** `POST /instances/{id}/enhancement-rules` 201. */
export const createRule: Operation = (app, services) => {
  app.post(
    '/instances/:instanceId/enhancement-rules',
    {
      config: { access: 'rules:write' },
      schema: {
        tags: ['enhancement rules'],
        params: InstanceParams,
        body: EnhancementRuleCreate,
        response: answers(201, EnhancementRule)
      }
    },
    async (request, reply) => {
      const fields = newRuleFields(request.body)
      try {
        const { instance, result } = await changeInstance(
          services.db,
          request.principal,
          request.params.instanceId,
          { action: 'rule.create', details: { name: fields.name } },
          async (tx, { id: instanceId, tenantId, revision, settings }) => {
            await checkLimit(tx, instanceId, settings)
            return tx.enhancementRule.create({
              data: { ...ruleColumns(fields), instanceId, tenantId, revision }
            })
          }
        )
        await relayChange(services, reply, instance)
        setEtag(reply, result)
        reply.header('location', `${pathOf(request)}/${result.id}`)
        return reply.status(201).send(ruleView(result))
      } catch (error) {
        if (isUniqueViolation(error, 'name')) throw ruleNameTaken(fields.name)
        throw error
      }
    }
  )
}

async function checkLimit(
  tx: Prisma.TransactionClient,
  instanceId: string,
  settings: Instance['settings']
): Promise<void> {
  const { rulesMax } = mergeSettings(settings as unknown as InstanceSettings, {}).limits
  if ((await tx.enhancementRule.count({ where: { instanceId } })) < rulesMax) return
  throw new ProblemError('rules_limit_reached', `The instance holds ${rulesMax} rules, its limits.rulesMax.`)
}

export function ruleNameTaken(name: string): ProblemError {
  return new ProblemError('name_taken', `Another rule of this instance is named ${name}.`)
}

import { AuthorizationPolicy, PolicyCreate, policyBounds } from '@parley/contracts'
import type { Prisma } from '@parley/database'
import { changeInstance } from '../../changes/change-instance.js'
import { setEtag } from '../../changes/if-match.js'
import { isUniqueViolation } from '../../changes/unique.js'
import { newPolicyFields, policyColumns } from '../../policies/policy-fields.js'
import { policyView } from '../../policies/policy-view.js'
import { ProblemError } from '../../problem-error.js'
import { relayChange } from '../../services.js'
import { answers, InstanceParams, type Operation, pathOf } from '../route.js'

/** `POST /instances/{id}/policies` 201. */
export const createPolicy: Operation = (app, services) => {
  app.post(
    '/instances/:instanceId/policies',
    {
      config: { access: 'access:write' },
      schema: {
        tags: ['authorization policies'],
        params: InstanceParams,
        body: PolicyCreate,
        response: answers(201, AuthorizationPolicy)
      }
    },
    async (request, reply) => {
      const fields = newPolicyFields(request.body)
      try {
        const { instance, result } = await changeInstance(
          services.db,
          request.principal,
          request.params.instanceId,
          { action: 'policy.create', details: { name: fields.name } },
          async (tx, { id: instanceId, tenantId, revision }) => {
            await checkLimit(tx, instanceId)
            return tx.authorizationPolicy.create({
              data: { ...policyColumns(fields), instanceId, tenantId, revision }
            })
          }
        )
        await relayChange(services, reply, instance)
        setEtag(reply, result)
        reply.header('location', `${pathOf(request)}/${result.id}`)
        return reply.status(201).send(policyView(result))
      } catch (error) {
        if (isUniqueViolation(error, 'name')) throw policyNameTaken(fields.name)
        throw error
      }
    }
  )
}

async function checkLimit(tx: Prisma.TransactionClient, instanceId: string): Promise<void> {
  const { policiesMax } = policyBounds
  if ((await tx.authorizationPolicy.count({ where: { instanceId } })) < policiesMax) return
  throw new ProblemError('policies_limit_reached', `The instance holds ${policiesMax} policies.`)
}

export function policyNameTaken(name: string): ProblemError {
  return new ProblemError('name_taken', `Another policy of this instance is named ${name}.`)
}

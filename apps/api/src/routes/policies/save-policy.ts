import type { AuthorizationPolicy } from '@parley/contracts'
import type { AuthorizationPolicy as PolicyRow } from '@parley/database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { changeInstance } from '../../changes/change-instance.js'
import { requireMatch, setEtag } from '../../changes/if-match.js'
import { isUniqueViolation } from '../../changes/unique.js'
import { findPolicy } from '../../policies/find-policy.js'
import { type PolicyFields, policyColumns } from '../../policies/policy-fields.js'
import { policyView } from '../../policies/policy-view.js'
import { relayChange, type Services } from '../../services.js'
import { policyNameTaken } from './create-policy.js'

/** What PUT and PATCH share: the policy is read under the lock, its new fields come from `fieldsOf`. */
export async function savePolicy(
  services: Services,
  request: Pick<FastifyRequest, 'principal' | 'headers'>,
  reply: FastifyReply,
  params: { instanceId: string; policyId: string },
  fieldsOf: (row: PolicyRow) => PolicyFields
): Promise<AuthorizationPolicy> {
  let name = ''
  try {
    const { instance, result } = await changeInstance(
      services.db,
      request.principal,
      params.instanceId,
      { action: 'policy.update', details: { policyId: params.policyId } },
      async (tx, { id: instanceId, revision }) => {
        const row = await findPolicy(tx, instanceId, params.policyId)
        requireMatch(request, row)
        const fields = fieldsOf(row)
        name = fields.name
        return tx.authorizationPolicy.update({
          where: { id: row.id },
          data: { ...policyColumns(fields), revision }
        })
      }
    )
    await relayChange(services, reply, instance)
    setEtag(reply, result)
    return policyView(result)
  } catch (error) {
    if (isUniqueViolation(error, 'name')) throw policyNameTaken(name)
    throw error
  }
}

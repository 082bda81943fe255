import { AuthorizationPolicy, PolicyPatch } from '@parley/contracts'
import { IfMatchHeaders } from '../../changes/if-match.js'
import { patchedPolicyFields } from '../../policies/policy-fields.js'
import { answers, type Operation, PolicyParams } from '../route.js'
import { savePolicy } from './save-policy.js'

/** `PATCH /instances/{id}/policies/{policyId}`: the condition is merged by field, lists are replaced. */
export const updatePolicy: Operation = (app, services) => {
  app.patch(
    '/instances/:instanceId/policies/:policyId',
    {
      config: { access: 'access:write' },
      schema: {
        tags: ['authorization policies'],
        params: PolicyParams,
        headers: IfMatchHeaders,
        body: PolicyPatch,
        response: answers(200, AuthorizationPolicy)
      }
    },
    async (request, reply) =>
      savePolicy(services, request, reply, request.params, (row) => patchedPolicyFields(row, request.body))
  )
}

import { AuthorizationPolicy, PolicyUpdate } from '@parley/contracts'
import { IfMatchHeaders } from '../../changes/if-match.js'
import { newPolicyFields } from '../../policies/policy-fields.js'
import { answers, type Operation, PolicyParams } from '../route.js'
import { savePolicy } from './save-policy.js'

/** `PUT /instances/{id}/policies/{policyId}`: replaces all of it; what is left out takes its default. */
export const replacePolicy: Operation = (app, services) => {
  app.put(
    '/instances/:instanceId/policies/:policyId',
    {
      config: { access: 'access:write' },
      schema: {
        tags: ['authorization policies'],
        params: PolicyParams,
        headers: IfMatchHeaders,
        body: PolicyUpdate,
        response: answers(200, AuthorizationPolicy)
      }
    },
    async (request, reply) => {
      const fields = newPolicyFields(request.body)
      return savePolicy(services, request, reply, request.params, () => fields)
    }
  )
}

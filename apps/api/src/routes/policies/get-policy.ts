import { AuthorizationPolicy } from '@parley/contracts'
import { setEtag } from '../../changes/if-match.js'
import { findInstance } from '../../instances/find-instance.js'
import { findPolicy } from '../../policies/find-policy.js'
import { policyView } from '../../policies/policy-view.js'
import { answers, type Operation, PolicyParams } from '../route.js'

/** `GET /instances/{id}/policies/{policyId}`. */
export const getPolicy: Operation = (app, { db }) => {
  app.get(
    '/instances/:instanceId/policies/:policyId',
    {
      config: { access: 'access:read' },
      schema: {
        tags: ['authorization policies'],
        params: PolicyParams,
        response: answers(200, AuthorizationPolicy)
      }
    },
    async (request, reply) => {
      const { instanceId, policyId } = request.params
      const { id } = await findInstance(db, request.principal, instanceId)
      const policy = await findPolicy(db, id, policyId)
      setEtag(reply, policy)
      return policyView(policy)
    }
  )
}

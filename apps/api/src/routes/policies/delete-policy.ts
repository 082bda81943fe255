import { Type } from 'typebox'
import { changeInstance } from '../../changes/change-instance.js'
import { IfMatchHeaders, requireMatch } from '../../changes/if-match.js'
import { findPolicy } from '../../policies/find-policy.js'
import { relayChange } from '../../services.js'
import { answers, type Operation, PolicyParams } from '../route.js'

/** `DELETE /instances/{id}/policies/{policyId}` 204. */
export const deletePolicy: Operation = (app, services) => {
  app.delete(
    '/instances/:instanceId/policies/:policyId',
    {
      config: { access: 'access:write' },
      schema: {
        tags: ['authorization policies'],
        params: PolicyParams,
        headers: IfMatchHeaders,
        response: answers(204, Type.Null())
      }
    },
    async (request, reply) => {
      const { instanceId, policyId } = request.params
      const { instance } = await changeInstance(
        services.db,
        request.principal,
        instanceId,
        { action: 'policy.delete', details: { policyId } },
        async (tx, { id }) => {
          const policy = await findPolicy(tx, id, policyId)
          requireMatch(request, policy)
          await tx.authorizationPolicy.delete({ where: { id: policy.id } })
        }
      )
      await relayChange(services, reply, instance)
      return reply.status(204).send(null)
    }
  )
}

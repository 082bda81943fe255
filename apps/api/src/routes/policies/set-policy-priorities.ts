import { AuthorizationPolicy, PolicyPriorities } from '@parley/contracts'
import { changeInstance } from '../../changes/change-instance.js'
import { refuseRepeats, setEach } from '../../changes/priorities.js'
import { Page } from '../../paging/page.js'
import { policyOrder, policyView } from '../../policies/policy-view.js'
import { relayChange } from '../../services.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `PUT /instances/{id}/policies/priorities`: all of them, or none. Answers the policies in their new order. */
export const setPolicyPriorities: Operation = (app, services) => {
  app.put(
    '/instances/:instanceId/policies/priorities',
    {
      config: { access: 'access:write' },
      schema: {
        tags: ['authorization policies'],
        params: InstanceParams,
        body: PolicyPriorities,
        response: answers(200, Page(AuthorizationPolicy))
      }
    },
    async (request, reply) => {
      refuseRepeats(request.body)
      const { instance, result } = await changeInstance(
        services.db,
        request.principal,
        request.params.instanceId,
        { action: 'policy.priorities', details: { priorities: request.body } },
        async (tx, { id: instanceId, revision }) => {
          await setEach(request.body, 'policy', (id, priority) =>
            tx.authorizationPolicy.updateMany({ where: { id, instanceId }, data: { priority, revision } })
          )
          return tx.authorizationPolicy.findMany({ where: { instanceId }, orderBy: policyOrder })
        }
      )
      await relayChange(services, reply, instance)
      return { items: result.map(policyView), nextCursor: null }
    }
  )
}

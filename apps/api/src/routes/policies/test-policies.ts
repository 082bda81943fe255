import { type InstanceSettings, PolicyDecision, PolicyTest } from '@parley/contracts'
import { compilePolicies, decideAccess } from '@parley/rules'
import { Type } from 'typebox'
import { findInstance } from '../../instances/find-instance.js'
import { mergeSettings } from '../../instances/settings.js'
import { policyDefinition, policyOrder } from '../../policies/policy-view.js'
import { ProblemError } from '../../problem-error.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `enabled`: whether the instance asks its policies at all; the decision is theirs in any case. */
const PolicyTestAnswer = Type.Object({ ...PolicyDecision.properties, enabled: Type.Boolean() })

/** `POST /instances/{id}/policies/test`: what the saved, active policies say, by the code that the nodes run. */
export const testPolicies: Operation = (app, { db }) => {
  app.post(
    '/instances/:instanceId/policies/test',
    {
      config: { access: 'access:read' },
      schema: {
        tags: ['authorization policies'],
        params: InstanceParams,
        body: PolicyTest,
        response: answers(200, PolicyTestAnswer)
      }
    },
    async (request) => {
      requireTopic(request.body)
      const { id: instanceId, settings } = await findInstance(
        db,
        request.principal,
        request.params.instanceId
      )
      const { enabled } = mergeSettings(settings as unknown as InstanceSettings, {}).authorization
      const rows = await db.authorizationPolicy.findMany({
        where: { instanceId, status: 'active' },
        orderBy: policyOrder
      })
      const { username = null, address = '', ...question } = request.body
      const policies = compilePolicies(rows.map(policyDefinition))
      const { effect, policy } = decideAccess(policies, { ...question, username, address })
      return { effect, policy, enabled }
    }
  )
}

function requireTopic({ action, topic }: PolicyTest): void {
  if (action === 'connect' || topic !== undefined) return
  throw new ProblemError('invalid', 'The question is not complete.', [
    { path: '/topic', message: `must be given to ${action}` }
  ])
}

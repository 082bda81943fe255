import { AuthorizationPolicy } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { afterPriority, priorityPosition } from '../../paging/by-priority.js'
import { Page, PageQuery, pageDefault, readLimit, toPage } from '../../paging/page.js'
import { policyOrder, policyView } from '../../policies/policy-view.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `GET /instances/{id}/policies`, in the order in which they are asked. */
export const listPolicies: Operation = (app, { db }) => {
  app.get(
    '/instances/:instanceId/policies',
    {
      config: { access: 'access:read' },
      preValidation: async (request) => readLimit(request.query),
      schema: {
        tags: ['authorization policies'],
        params: InstanceParams,
        querystring: PageQuery,
        response: answers(200, Page(AuthorizationPolicy))
      }
    },
    async (request) => {
      const { limit = pageDefault, cursor } = request.query
      const { id: instanceId } = await findInstance(db, request.principal, request.params.instanceId)
      const rows = await db.authorizationPolicy.findMany({
        where: { instanceId, ...(cursor ? afterPriority(cursor) : {}) },
        orderBy: policyOrder,
        take: limit + 1
      })
      return toPage(rows, limit, policyView, priorityPosition)
    }
  )
}

import { EnhancementRule } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { afterPriority, priorityPosition } from '../../paging/by-priority.js'
import { Page, PageQuery, pageDefault, readLimit, toPage } from '../../paging/page.js'
import { ruleOrder, ruleView } from '../../rules/rule-view.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `GET /instances/{id}/enhancement-rules`, in the order in which they apply. */
export const listRules: Operation = (app, { db }) => {
  app.get(
    '/instances/:instanceId/enhancement-rules',
    {
      config: { access: 'rules:read' },
      preValidation: async (request) => readLimit(request.query),
      schema: {
        tags: ['enhancement rules'],
        params: InstanceParams,
        querystring: PageQuery,
        response: answers(200, Page(EnhancementRule))
      }
    },
    async (request) => {
      const { limit = pageDefault, cursor } = request.query
      const { id: instanceId } = await findInstance(db, request.principal, request.params.instanceId)
      const rows = await db.enhancementRule.findMany({
        where: { instanceId, ...(cursor ? afterPriority(cursor) : {}) },
        orderBy: ruleOrder,
        take: limit + 1
      })
      return toPage(rows, limit, ruleView, priorityPosition)
    }
  )
}

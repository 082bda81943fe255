import { Instance } from '@parley/contracts'
import { Page, PageQuery, pageDefault, readCursor, readLimit, toPage } from '../../paging/page.js'
import { viewInstances } from '../../services.js'
import { answers, type Operation } from '../route.js'

/** `GET /instances`: the tenant's instances, oldest first. */
export const listInstances: Operation = (app, services) => {
  app.get(
    '/instances',
    {
      config: { access: 'instances:read' },
      preValidation: async (request) => readLimit(request.query),
      schema: { tags: ['instances'], querystring: PageQuery, response: answers(200, Page(Instance)) }
    },
    async (request) => {
      const { limit = pageDefault, cursor } = request.query
      const { tenantId } = request.principal
      const rows = await services.db.instance.findMany({
        where: { tenantId, deletedAt: null, ...(cursor ? after(cursor) : {}) },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: limit + 1
      })
      const page = toPage(
        rows,
        limit,
        (row) => row,
        ({ createdAt, id }) => [createdAt.toISOString(), id]
      )
      return { items: await viewInstances(services, page.items), nextCursor: page.nextCursor }
    }
  )
}

function after(cursor: string) {
  const [createdAt, id] = readCursor(cursor, ['date', 'string']) as [string, string]
  return { OR: [{ createdAt: { gt: createdAt } }, { createdAt, id: { gt: id } }] }
}

import { Instance } from '@parley/contracts'
import { Type } from 'typebox'
import { Page, PageQuery, pageDefault, readCursor, readLimit, toPage } from '../../paging/page.js'
import { containing, SearchText } from '../../paging/search.js'
import { viewInstances } from '../../services.js'
import { answers, type Operation } from '../route.js'

const Query = Type.Object(
  { ...PageQuery.properties, q: SearchText, status: Type.Optional(Instance.properties.status) },
  { additionalProperties: false }
)

/** `GET /instances`: the tenant's instances, oldest first; of this status, with `q` in name, id or remark. */
export const listInstances: Operation = (app, services) => {
  app.get(
    '/instances',
    {
      config: { access: 'instances:read' },
      preValidation: async (request) => readLimit(request.query),
      schema: { tags: ['instances'], querystring: Query, response: answers(200, Page(Instance)) }
    },
    async (request) => {
      const { limit = pageDefault, cursor, q, status } = request.query
      const { tenantId } = request.principal
      const rows = await services.db.instance.findMany({
        where: {
          tenantId,
          deletedAt: null,
          ...(status && { status }),
          AND: [q ? matching(q) : {}, cursor ? after(cursor) : {}]
        },
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

function matching(q: string) {
  const text = containing(q)
  return { OR: [{ name: text }, { id: text }, { remark: text }] }
}

function after(cursor: string) {
  const [createdAt, id] = readCursor(cursor, ['date', 'string']) as [string, string]
  return { OR: [{ createdAt: { gt: createdAt } }, { createdAt, id: { gt: id } }] }
}

import { ApiKeyView } from '@parley/contracts'
import { apiKeyView } from '../../api-keys/api-key-view.js'
import { Page, PageQuery, pageDefault, readCursor, readLimit, toPage } from '../../paging/page.js'
import { answers, type Operation } from '../route.js'

/** `GET /api-keys`: the tenant's keys, the newest first, also those that are revoked or expired. */
export const listApiKeys: Operation = (app, { db, auth }) => {
  app.get(
    '/api-keys',
    {
      config: { access: 'person' },
      preValidation: async (request) => readLimit(request.query),
      schema: { tags: ['API keys'], querystring: PageQuery, response: answers(200, Page(ApiKeyView)) }
    },
    async (request) => {
      const { limit = pageDefault, cursor } = request.query
      const { tenantId } = request.principal
      const rows = await db.apiKey.findMany({
        where: { tenantId, ...(cursor ? before(cursor) : {}) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1
      })
      const now = auth.now()
      return toPage(
        rows,
        limit,
        (row) => apiKeyView(row, now),
        ({ createdAt, id }) => [createdAt.toISOString(), id]
      )
    }
  )
}

function before(cursor: string) {
  const [createdAt, id] = readCursor(cursor, ['date', 'string']) as [string, string]
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] }
}

import { CountersAnswer } from '@parley/contracts'
import { Type } from 'typebox'
import { hearNodes, sumOf } from '../../live/hear-nodes.js'
import { ProblemError } from '../../problem-error.js'
import { answers, type Operation } from '../route.js'

const instancesMax = 100

const CountersQuery = Type.Object(
  { instanceId: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: instancesMax }) },
  { additionalProperties: false }
)

/** `GET /counters?instanceId=…&instanceId=…`: what the live nodes counted, each since it started. Unknown ids are left out. */
export const readCounters: Operation = (app, { db, redis }) => {
  app.get(
    '/counters',
    {
      config: { access: 'instances:read' },
      preValidation: async (request) => readList(request.query),
      schema: { tags: ['instances'], querystring: CountersQuery, response: answers(200, CountersAnswer) }
    },
    async (request) => {
      // Postgres takes no U+0000 in a text; no id has one.
      const asked = request.query.instanceId.filter((id) => !id.includes('\0'))
      const { tenantId } = request.principal
      const rows = await db.instance.findMany({
        where: { id: { in: asked }, tenantId, deletedAt: null },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        select: { id: true, revision: true }
      })
      if (rows.length === 0) return { items: [] }
      const heard = await hearNodes(
        redis,
        new Map(rows.map(({ id, revision }) => [id, { epoch: 1, revision }]))
      )
      if (!heard) throw new ProblemError('unavailable', 'The nodes cannot be heard: Redis is away.')
      return { items: rows.map(({ id }) => ({ instanceId: id, counters: sumOf(heard.get(id)!) })) }
    }
  )
}

/** A parameter that is there once comes as a text. */
function readList(query: unknown): void {
  const fields = query as { instanceId?: unknown }
  if (typeof fields.instanceId === 'string') fields.instanceId = [fields.instanceId]
}

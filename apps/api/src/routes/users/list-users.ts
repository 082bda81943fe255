import { MqttUser } from '@parley/contracts'
import { Type } from 'typebox'
import { findInstance } from '../../instances/find-instance.js'
import { Page, PageQuery, pageDefault, readCursor, readLimit, toPage } from '../../paging/page.js'
import { containing, SearchText } from '../../paging/search.js'
import { viewUsers } from '../../users/user-view.js'
import { answers, InstanceParams, type Operation } from '../route.js'

const Query = Type.Object({ ...PageQuery.properties, q: SearchText }, { additionalProperties: false })

/** `GET /instances/{id}/users`, oldest first; with `q` in the username. */
export const listUsers: Operation = (app, services) => {
  app.get(
    '/instances/:instanceId/users',
    {
      config: { access: 'access:read' },
      preValidation: async (request) => readLimit(request.query),
      schema: {
        tags: ['users'],
        params: InstanceParams,
        querystring: Query,
        response: answers(200, Page(MqttUser))
      }
    },
    async (request) => {
      const { db } = services
      const { limit = pageDefault, cursor, q } = request.query
      const { id: instanceId } = await findInstance(db, request.principal, request.params.instanceId)
      const rows = await db.mqttUser.findMany({
        where: {
          instanceId,
          AND: [q ? { username: containing(q) } : {}, cursor ? after(cursor) : {}]
        },
        orderBy: [{ createdAt: 'asc' }, { username: 'asc' }],
        take: limit + 1
      })
      const page = toPage(
        rows,
        limit,
        (row) => row,
        ({ createdAt, username }) => [createdAt.toISOString(), username]
      )
      return { items: await viewUsers(services, instanceId, page.items), nextCursor: page.nextCursor }
    }
  )
}

function after(cursor: string) {
  const [createdAt, username] = readCursor(cursor, ['date', 'string']) as [string, string]
  return { OR: [{ createdAt: { gt: createdAt } }, { createdAt, username: { gt: username } }] }
}

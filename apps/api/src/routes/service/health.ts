import { Type } from 'typebox'
import type { Services } from '../../services.js'
import type { Routes } from '../route.js'

const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('unavailable')]),
  postgres: Type.Union([Type.Literal('ok'), Type.Literal('away')]),
  redis: Type.Union([Type.Literal('ok'), Type.Literal('away')])
})

/** `GET /health`, without a key: 503 while Postgres is away. Redis away is no outage: changes are relayed later. */
export function health(app: Routes, { db, redis }: Services): void {
  app.get(
    '/health',
    { schema: { tags: ['service'], security: [], response: { 200: Health, 503: Health } } },
    async (request, reply) => {
      const postgres = await db.$queryRaw`SELECT 1`.then(
        () => 'ok' as const,
        (error: unknown) => {
          request.log.warn({ err: error }, 'Postgres does not answer')
          return 'away' as const
        }
      )
      const status = postgres === 'ok' ? 'ok' : 'unavailable'
      reply.status(postgres === 'ok' ? 200 : 503)
      return { status, postgres, redis: redis.status === 'ready' ? 'ok' : 'away' } as const
    }
  )
}

import type { Database, Prisma } from '@parley/database'
import { Type } from 'typebox'
import { recordEvent } from '../../audit/record-event.js'
import type { Principal } from '../../auth/principal.js'
import { notFound } from '../../problem-error.js'
import { answers, type Operation, Params } from '../route.js'

/** `DELETE /api-keys/{keyId}` 204: from now on the key is refused. It stays in the list; revoking it again changes nothing. */
export const revokeApiKey: Operation = (app, { db, auth }) => {
  app.delete(
    '/api-keys/:keyId',
    {
      config: { access: 'person' },
      schema: {
        tags: ['API keys'],
        params: Params({ keyId: Type.String() }),
        response: answers(204, Type.Null())
      }
    },
    async (request, reply) => {
      const { id, name } = await findKey(db, request.principal, request.params.keyId)
      await db.$transaction((tx) => revoke(tx, request.principal, { id, name }, auth.now()))
      return reply.status(204).send(null)
    }
  )
}

async function findKey(db: Database, { tenantId }: Principal, id: string) {
  const found = id.includes('\0') ? null : await db.apiKey.findFirst({ where: { id, tenantId } })
  if (!found) throw notFound('API key')
  return found
}

async function revoke(
  tx: Prisma.TransactionClient,
  principal: Principal,
  { id, name }: { id: string; name: string },
  now: Date
): Promise<void> {
  const { count } = await tx.apiKey.updateMany({
    where: { id, tenantId: principal.tenantId, revokedAt: null },
    data: { revokedAt: now }
  })
  if (count === 0) return
  await recordEvent(tx, principal, { action: 'api-key.revoke', details: { keyId: id, name } })
}

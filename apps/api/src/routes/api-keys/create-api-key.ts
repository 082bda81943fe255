import { ApiKeyCreate, ApiKeyWithSecret, apiKeyBounds } from '@parley/contracts'
import { createApiKey as newKey, type Prisma } from '@parley/database'
import { apiKeyView } from '../../api-keys/api-key-view.js'
import { recordEvent } from '../../audit/record-event.js'
import { transactionOptions } from '../../changes/change-instance.js'
import { ProblemError } from '../../problem-error.js'
import { answers, type Operation, pathOf } from '../route.js'

/** `POST /api-keys` 201: the key is in this answer and in no other. */
export const createApiKey: Operation = (app, { db, auth }) => {
  app.post(
    '/api-keys',
    {
      config: { access: 'person' },
      schema: { tags: ['API keys'], body: ApiKeyCreate, response: answers(201, ApiKeyWithSecret) }
    },
    async (request, reply) => {
      const { name, scopes } = request.body
      const { tenantId } = request.principal
      const now = auth.now()
      const expiresAt = readExpiry(request.body.expiresAt ?? null, now)
      const { plain, keyId: id, ...secret } = newKey()
      const row = await db.$transaction(async (tx) => {
        await checkLimit(tx, tenantId)
        const details = { keyId: id, name, scopes, expiresAt: expiresAt?.toISOString() ?? null }
        await recordEvent(tx, request.principal, { action: 'api-key.create', details })
        return tx.apiKey.create({
          data: { id, tenantId, name, scopes, expiresAt, createdAt: now, ...secret }
        })
      }, transactionOptions)
      reply.header('location', `${pathOf(request)}/${id}`)
      return reply.status(201).send({ ...apiKeyView(row, now), key: plain })
    }
  )
}

/** Throws `invalid` for a time that is over, or that is none in spite of its form. */
function readExpiry(text: string | null, now: Date): Date | null {
  if (text === null) return null
  const time = new Date(text)
  if (time > now) return time
  throw new ProblemError('invalid', 'The key would never be good.', [
    { path: '/expiresAt', message: 'must be a time in the future' }
  ])
}

/** The lock makes keys of one tenant that are made at once take turns. */
async function checkLimit(tx: Prisma.TransactionClient, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM tenants WHERE id = ${tenantId}::uuid FOR UPDATE`
  const { keysMax } = apiKeyBounds
  if ((await tx.apiKey.count({ where: { tenantId, revokedAt: null } })) < keysMax) return
  throw new ProblemError('keys_limit_reached', `The tenant holds ${keysMax} API keys that are not revoked.`)
}

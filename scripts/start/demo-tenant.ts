import { hash, verify } from '@node-rs/argon2'
import { apiKeyScopes, type Instance } from '@parley/contracts'
import { type Database, parseApiKey, saltAndHash, verifyApiKeySecret } from '@parley/database'
import type { Credentials } from './credentials.js'
import { StartError } from './start-error.js'

export const demoName = 'demo'

/** Sees to it that the tenant, its API key and its account are in the database and fit the credentials. */
export async function ensureDemoTenant(db: Database, credentials: Credentials): Promise<void> {
  const tenant = await db.tenant.upsert({ where: { name: demoName }, create: { name: demoName }, update: {} })
  await ensureApiKey(db, tenant.id, credentials.apiKey)
  await ensureAccount(db, tenant.id, credentials)
}

async function ensureApiKey(db: Database, tenantId: string, apiKey: string): Promise<void> {
  const { keyId, secret } = parseApiKey(apiKey)!
  const stored = await db.apiKey.findUnique({ where: { id: keyId } })
  if (stored && stored.revokedAt === null && verifyApiKeySecret(secret, stored)) return
  const fields = {
    tenantId,
    name: 'npm start',
    scopes: [...apiKeyScopes],
    ...saltAndHash(secret),
    revokedAt: null
  }
  await db.apiKey.upsert({ where: { id: keyId }, create: { id: keyId, ...fields }, update: fields })
}

async function ensureAccount(db: Database, tenantId: string, credentials: Credentials): Promise<void> {
  const { adminEmail: email, adminPassword } = credentials
  const stored = await db.adminAccount.findUnique({ where: { email } })
  if (stored && (await verify(stored.passwordHash, adminPassword))) return
  // argon2id is the library's default.
  const passwordHash = await hash(adminPassword)
  await db.adminAccount.upsert({
    where: { email },
    create: { email, tenantId, passwordHash },
    update: { passwordHash }
  })
}

/**
 * The MQTT port that the demo instance has, or will be given: the first of the range that no instance ever had.
 * Undefined when there is none.
 */
export async function demoPort(
  db: Database,
  range: { first: number; last: number }
): Promise<number | undefined> {
  const demo = await db.instance.findFirst({
    where: { name: demoName, deletedAt: null, tenant: { name: demoName } }
  })
  if (demo) return demo.mqttPort
  const rows = await db.instance.findMany({ select: { mqttPort: true }, distinct: ['mqttPort'] })
  const used = new Set(rows.map((row) => row.mqttPort))
  for (let port = range.first; port <= range.last; port++) {
    if (!used.has(port)) return port
  }
  return undefined
}

/** The instance `demo`, made over the REST API if it is not there. */
export async function ensureDemoInstance(apiUrl: string, apiKey: string): Promise<Instance> {
  for (let cursor = ''; ; ) {
    const page = await request<{ items: Instance[]; nextCursor: string | null }>(
      `${apiUrl}/instances?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      apiKey
    )
    const found = page.items.find((instance) => instance.name === demoName)
    if (found) return found
    if (!page.nextCursor) break
    cursor = page.nextCursor
  }
  const body = { name: demoName, remark: 'Made by npm start', authentication: { anonymous: true } }
  return request<Instance>(`${apiUrl}/instances`, apiKey, body)
}

async function request<T>(url: string, apiKey: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${apiKey}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) })
  })
  if (response.ok) return (await response.json()) as T
  throw new StartError(`The API answered ${response.status} to ${url}: ${await response.text()}`)
}

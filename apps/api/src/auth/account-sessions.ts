import { type AccountSession, apiKeyScopes } from '@parley/contracts'
import type { AdminAccount, Database, Prisma } from '@parley/database'
import { actorOf, type Principal, type SignedIn } from './principal.js'
import { newSessionToken, nextSessionToken, readSessionToken, type SessionToken } from './session-token.js'

export const sessionIdleMs = 30 * 60_000
export const sessionLifetimeMs = 12 * 60 * 60_000
export const sessionRotationMs = 15 * 60_000
/** How long the token before the last rotation stays good, for requests that were under way. */
export const sessionGraceMs = 60_000
/** "Last seen" is written no more often: most requests write nothing. */
const seenEveryMs = 30_000
/** Of one account; the oldest ends. */
const sessionsMax = 100

const withAccount = { account: { select: { email: true, tenant: { select: { name: true } } } } } as const
type Row = Prisma.AccountSessionGetPayload<{ include: typeof withAccount }>

/** The session of a request, and the cookie that its answer has to carry, if any. */
export interface FoundSession {
  principal: Principal & { person: SignedIn }
  cookie?: string
}

/** A session that has just begun. */
export interface OpenedSession {
  person: SignedIn
  cookie: string
}

/** Finds the session of a cookie, notes that it was used, and rotates its token when that is due. `rotate`: may it. */
export async function useSession(
  db: Database,
  now: Date,
  cookie: string,
  rotate: boolean
): Promise<FoundSession | undefined> {
  const token = readSessionToken(cookie)
  const row = token && (await findRow(db, token.tokenHash))
  if (!token || !row) return undefined
  if (isOver(row, now) || isStale(row, token, now)) {
    // A token that was rotated away comes back: two have it, and one of them has stolen it. Neither goes on.
    await db.accountSession.deleteMany({ where: { id: row.id } })
    return undefined
  }
  const isCurrent = row.tokenHash === token.tokenHash
  if (rotate && isCurrent && age(row.rotatedAt, now) >= sessionRotationMs) {
    return { principal: principalOf(row, token, now), ...(await rotateToken(db, now, row, token)) }
  }
  const isSeen = age(row.lastSeenAt, now) >= seenEveryMs
  if (isSeen) await db.accountSession.updateMany({ where: { id: row.id }, data: { lastSeenAt: now } })
  return { principal: principalOf(row, token, isSeen ? now : row.lastSeenAt) }
}

/**
 * Opens a session of the account in this transaction, which has locked its row; the cookie that was there before opens nothing
 * any more. Ends what is too old, and the oldest of too many.
 */
export async function openSession(
  tx: Prisma.TransactionClient,
  now: Date,
  account: AdminAccount & { tenant: { name: string } },
  cookieBefore?: string
): Promise<OpenedSession> {
  const before = readSessionToken(cookieBefore ?? '')
  if (before) await tx.accountSession.deleteMany({ where: { tokenHash: before.tokenHash } })
  await endOldest(tx, account.id)
  const token = newSessionToken()
  const row = await tx.accountSession.create({
    data: {
      accountId: account.id,
      tenantId: account.tenantId,
      tokenHash: token.tokenHash,
      createdAt: now,
      rotatedAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + sessionLifetimeMs)
    }
  })
  return { person: personOf({ ...row, account }, token, now), cookie: token.cookie }
}

/** Removes the rows of sessions that are over. */
export async function removeOldSessions(db: Database, now: Date): Promise<void> {
  const idleSince = new Date(now.getTime() - sessionIdleMs)
  await db.accountSession.deleteMany({
    where: { OR: [{ expiresAt: { lte: now } }, { lastSeenAt: { lte: idleSince } }] }
  })
}

/** A session as the API answers it. */
export function sessionView({ email, tenantName, csrfToken, ...person }: SignedIn): AccountSession {
  const idleUntil = Math.min(person.lastSeenAt.getTime() + sessionIdleMs, person.expiresAt.getTime())
  return {
    email,
    tenant: { name: tenantName },
    csrfToken,
    idleUntil: new Date(idleUntil).toISOString(),
    expiresAt: person.expiresAt.toISOString()
  }
}

function findRow(db: Database, hash: string): Promise<Row | null> {
  const where = { OR: [{ tokenHash: hash }, { previousTokenHash: hash }] }
  return db.accountSession.findFirst({ where, include: withAccount })
}

/** Whether a session has ended by its times. */
export function isOver({ expiresAt, lastSeenAt }: Pick<Row, 'expiresAt' | 'lastSeenAt'>, now: Date): boolean {
  return now >= expiresAt || age(lastSeenAt, now) >= sessionIdleMs
}

/** Whether the token is the one before the last rotation, and its grace is over. */
function isStale({ tokenHash, previousUntil }: Row, token: SessionToken, now: Date): boolean {
  return tokenHash !== token.tokenHash && (previousUntil === null || now >= previousUntil)
}

/** Of requests that come at once, one rotates; the others have used what is the previous token now. */
async function rotateToken(
  db: Database,
  now: Date,
  { id, tokenHash }: Row,
  token: SessionToken
): Promise<{ cookie?: string }> {
  const next = nextSessionToken(token)
  const { count } = await db.accountSession.updateMany({
    where: { id, tokenHash },
    data: {
      tokenHash: next.tokenHash,
      previousTokenHash: tokenHash,
      previousUntil: new Date(now.getTime() + sessionGraceMs),
      rotatedAt: now,
      lastSeenAt: now
    }
  })
  return count === 1 ? { cookie: next.cookie } : {}
}

async function endOldest(tx: Prisma.TransactionClient, accountId: string): Promise<void> {
  const oldest = await tx.accountSession.findMany({
    where: { accountId },
    orderBy: { createdAt: 'desc' },
    skip: sessionsMax - 1,
    select: { id: true }
  })
  if (oldest.length === 0) return
  await tx.accountSession.deleteMany({ where: { id: { in: oldest.map(({ id }) => id) } } })
}

function principalOf(row: Row, token: SessionToken, lastSeenAt: Date): FoundSession['principal'] {
  return {
    tenantId: row.tenantId,
    actor: actorOf(row.account.email),
    scopes: new Set(apiKeyScopes),
    person: personOf(row, token, lastSeenAt)
  }
}

function personOf(
  row: Pick<Row, 'id' | 'accountId' | 'expiresAt' | 'account'>,
  { csrfToken }: SessionToken,
  lastSeenAt: Date
): SignedIn {
  const { email, tenant } = row.account
  const { id: sessionId, accountId, expiresAt } = row
  return { sessionId, accountId, email, tenantName: tenant.name, csrfToken, lastSeenAt, expiresAt }
}

function age(time: Date, now: Date): number {
  return now.getTime() - time.getTime()
}

import { createHash, randomBytes } from 'node:crypto'

/**
 * The value of the session's cookie is two texts of 256 random bits, `<seed>.<token>`. The token changes with each rotation; the
 * seed stays as long as the session, so that the CSRF token, which is made from it, stays too. Only the hash of the whole is kept.
 */
export interface SessionToken {
  /** For the cookie, and for nothing else. */
  cookie: string
  tokenHash: string
  csrfToken: string
}

const randomTextBytes = 32
const cookiePattern = /^([A-Za-z0-9_-]{43})\.[A-Za-z0-9_-]{43}$/

/** A token of a new session. */
export function newSessionToken(): SessionToken {
  return makeToken(randomText())
}

/** The parts of what a request brought, or undefined when it is no such value. */
export function readSessionToken(cookie: string): SessionToken | undefined {
  const seed = cookiePattern.exec(cookie)?.[1]
  return seed === undefined ? undefined : tokenOf(cookie, seed)
}

/** The next token of the same session. */
export function nextSessionToken({ cookie }: SessionToken): SessionToken {
  return makeToken(cookie.split('.', 1)[0]!)
}

function makeToken(seed: string): SessionToken {
  return tokenOf(`${seed}.${randomText()}`, seed)
}

function tokenOf(cookie: string, seed: string): SessionToken {
  return {
    cookie,
    tokenHash: createHash('sha256').update(cookie).digest('hex'),
    csrfToken: createHash('sha256').update(`csrf:${seed}`).digest('base64url')
  }
}

function randomText(): string {
  return randomBytes(randomTextBytes).toString('base64url')
}

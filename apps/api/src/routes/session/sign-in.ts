import { AccountSession, SignIn } from '@parley/contracts'
import type { AdminAccount, Database } from '@parley/database'
import type { FastifyRequest } from 'fastify'
import { recordEvent } from '../../audit/record-event.js'
import { openSession, removeOldSessions, sessionView } from '../../auth/account-sessions.js'
import { type Account, findAccount, lockAccount } from '../../auth/accounts.js'
import type { Guess } from '../../auth/guess-limits.js'
import { actorOf } from '../../auth/principal.js'
import { readSessionCookie, sendSessionCookie } from '../../auth/session-cookie.js'
import { transactionOptions } from '../../changes/change-instance.js'
import { ProblemError } from '../../problem-error.js'
import type { Services } from '../../services.js'
import { answers, type Operation } from '../route.js'

/** `POST /session`: email and password for a session of its own, in a cookie. */
export const signIn: Operation = (app, services) => {
  app.post(
    '/session',
    {
      config: { access: 'anyone' },
      schema: { tags: ['session'], body: SignIn, response: answers(200, AccountSession) }
    },
    async (request, reply) => {
      const { db, auth } = services
      const email = request.body.email.toLowerCase()
      const guess = await auth.guesses.begin(email, request.ip)
      const account = await checkPassword(services, request, guess, { ...request.body, email })
      const { person, cookie } = await open(services, account, request)
      await guess.right()
      auth.afterwards.run('remove old sessions', () => removeOldSessions(db, auth.now()), request.log)
      sendSessionCookie(request, reply, cookie)
      return sessionView(person)
    }
  )
}

/** The account whose password it is. Throws `wrong_credentials`, after the same work for each way in which they can be wrong. */
async function checkPassword(
  services: Services,
  request: FastifyRequest,
  guess: Guess,
  { email, password }: SignIn
): Promise<Account> {
  const { db, auth } = services
  try {
    const account = await findAccount(db, email)
    if ((await auth.passwords.isRight(password, account?.passwordHash)) && account) return account
    // The answer does not wait for the audit row: it would tell that there is such an account.
    if (account)
      auth.afterwards.run('record a failed sign-in', () => recordFailure(db, account, request), request.log)
  } catch (error) {
    await guess.unchecked()
    throw error
  }
  await guess.wrong()
  request.log.info('a sign-in failed')
  throw new ProblemError('wrong_credentials', 'There is no account with this email and this password.')
}

/** A password that was changed since it was checked opens nothing. */
async function open({ db, auth }: Services, account: Account, request: FastifyRequest) {
  return db.$transaction(async (tx) => {
    const locked = await lockAccount(tx, account.id)
    if (locked?.passwordHash !== account.passwordHash) {
      throw new ProblemError('wrong_credentials', 'The password has just been changed.')
    }
    await recordEvent(tx, principalOf(account), {
      action: 'account.sign-in',
      details: { address: request.ip }
    })
    return openSession(tx, auth.now(), account, readSessionCookie(request))
  }, transactionOptions)
}

function recordFailure(db: Database, account: Account, { ip }: FastifyRequest): Promise<void> {
  return recordEvent(db, principalOf(account), {
    action: 'account.sign-in-failed',
    details: { address: ip }
  })
}

function principalOf({ tenantId, email }: AdminAccount) {
  return { tenantId, actor: actorOf(email) }
}

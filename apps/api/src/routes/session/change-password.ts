import { AccountSession, PasswordChange } from '@parley/contracts'
import type { FastifyRequest } from 'fastify'
import { recordEvent } from '../../audit/record-event.js'
import { openSession, sessionView } from '../../auth/account-sessions.js'
import { type Account, findAccount, lockAccount } from '../../auth/accounts.js'
import type { SignedIn } from '../../auth/principal.js'
import { sendSessionCookie } from '../../auth/session-cookie.js'
import { transactionOptions } from '../../changes/change-instance.js'
import { ProblemError } from '../../problem-error.js'
import type { Services } from '../../services.js'
import { answers, type Operation } from '../route.js'

/** `PUT /session/password`: a new password and a new session; all others of the account end. */
export const changePassword: Operation = (app, services) => {
  app.put(
    '/session/password',
    {
      config: { access: 'person' },
      schema: { tags: ['session'], body: PasswordChange, response: answers(200, AccountSession) }
    },
    async (request, reply) => {
      const { currentPassword, newPassword } = request.body
      const account = await checkCurrent(services, request, request.principal.person!, currentPassword)
      const passwordHash = await services.auth.passwords.hash(newPassword, '/newPassword')
      const { person, cookie } = await change(services, request, account, passwordHash)
      sendSessionCookie(request, reply, cookie)
      return sessionView(person)
    }
  )
}

/** Counted like a sign-in: who has found an open browser may not guess either. */
async function checkCurrent(
  { db, auth }: Services,
  request: FastifyRequest,
  { email }: SignedIn,
  password: string
): Promise<Account> {
  const guess = await auth.guesses.begin(email, request.ip)
  try {
    const account = await findAccount(db, email)
    if ((await auth.passwords.isRight(password, account?.passwordHash)) && account) {
      await guess.right()
      return account
    }
  } catch (error) {
    await guess.unchecked()
    throw error
  }
  await guess.wrong()
  throw wrongPassword()
}

async function change(
  { db, auth }: Services,
  request: FastifyRequest,
  account: Account,
  passwordHash: string
) {
  return db.$transaction(async (tx) => {
    const { id } = account
    const locked = await lockAccount(tx, id)
    if (locked?.passwordHash !== account.passwordHash) throw wrongPassword()
    await tx.adminAccount.update({ where: { id }, data: { passwordHash } })
    await tx.accountSession.deleteMany({ where: { accountId: id } })
    await recordEvent(tx, request.principal, {
      action: 'account.password',
      details: { address: request.ip }
    })
    return openSession(tx, auth.now(), account)
  }, transactionOptions)
}

function wrongPassword(): ProblemError {
  return new ProblemError('invalid', 'The password was not changed.', [
    { path: '/currentPassword', message: 'is not the current password' }
  ])
}

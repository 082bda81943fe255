import { Type } from 'typebox'
import { recordEvent } from '../../audit/record-event.js'
import { sendSessionCookie } from '../../auth/session-cookie.js'
import { answers, type Operation } from '../route.js'

/** `DELETE /session` 204: the session ends, and the cookie goes. */
export const signOut: Operation = (app, { db }) => {
  app.delete(
    '/session',
    { config: { access: 'person' }, schema: { tags: ['session'], response: answers(204, Type.Null()) } },
    async (request, reply) => {
      const { sessionId: id } = request.principal.person!
      await db.$transaction(async (tx) => {
        await tx.accountSession.deleteMany({ where: { id } })
        await recordEvent(tx, request.principal, { action: 'account.sign-out', details: {} })
      })
      sendSessionCookie(request, reply, undefined)
      return reply.status(204).send(null)
    }
  )
}

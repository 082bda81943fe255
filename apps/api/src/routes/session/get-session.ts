import { AccountSession } from '@parley/contracts'
import { sessionView } from '../../auth/account-sessions.js'
import { answers, type Operation } from '../route.js'

/** `GET /session`: who is signed in. */
export const getSession: Operation = (app) => {
  app.get(
    '/session',
    {
      config: { access: 'person' },
      schema: { tags: ['session'], response: answers(200, AccountSession) }
    },
    async (request) => sessionView(request.principal.person!)
  )
}

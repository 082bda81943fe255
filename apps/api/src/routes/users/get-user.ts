import { MqttUser } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { findUser } from '../../users/find-user.js'
import { viewUser } from '../../users/user-view.js'
import { answers, type Operation, UserParams } from '../route.js'

/** `GET /instances/{id}/users/{username}`. */
export const getUser: Operation = (app, services) => {
  app.get(
    '/instances/:instanceId/users/:username',
    {
      config: { access: 'access:read' },
      schema: { tags: ['users'], params: UserParams, response: answers(200, MqttUser) }
    },
    async (request) => {
      const { instanceId, username } = request.params
      const { id } = await findInstance(services.db, request.principal, instanceId)
      return viewUser(services, await findUser(services.db, id, username))
    }
  )
}

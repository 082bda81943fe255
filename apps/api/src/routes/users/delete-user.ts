import { Type } from 'typebox'
import { relayChange } from '../../services.js'
import { changeUser } from '../../users/change-user.js'
import { findUser } from '../../users/find-user.js'
import { answers, type Operation, UserParams } from '../route.js'

/** `DELETE /instances/{id}/users/{username}` 204. */
export const deleteUser: Operation = (app, services) => {
  app.delete(
    '/instances/:instanceId/users/:username',
    {
      config: { access: 'access:write' },
      schema: { tags: ['users'], params: UserParams, response: answers(204, Type.Null()) }
    },
    async (request, reply) => {
      const { username } = request.params
      const { instance } = await changeUser(
        services.db,
        request.principal,
        { ...request.params, action: 'user.delete' },
        async (tx, { id: instanceId }) => {
          await findUser(tx, instanceId, username)
          await tx.mqttUser.delete({ where: { instanceId_username: { instanceId, username } } })
        }
      )
      await relayChange(services, reply, instance)
      return reply.status(204).send(null)
    }
  )
}

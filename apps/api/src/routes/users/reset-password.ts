import { MqttUserWithPassword, PasswordReset } from '@parley/contracts'
import { relayChange } from '../../services.js'
import { changeUser } from '../../users/change-user.js'
import { findUser } from '../../users/find-user.js'
import { newPassword } from '../../users/password.js'
import { viewUser } from '../../users/user-view.js'
import { answers, type Operation, UserParams } from '../route.js'

/** `POST /instances/{id}/users/{username}/reset-password`: one that was made here is in this answer and in no other. */
export const resetPassword: Operation = (app, services) => {
  app.post(
    '/instances/:instanceId/users/:username/reset-password',
    {
      config: { access: 'access:write' },
      // Whoever wants a generated password need not send anything.
      preValidation: async (request) => {
        request.body ??= {}
      },
      schema: {
        tags: ['users'],
        params: UserParams,
        body: PasswordReset,
        response: answers(200, MqttUserWithPassword)
      }
    },
    async (request, reply) => {
      const { username } = request.params
      const { passwordHash, generated } = await newPassword(request.body.password)
      const { instance, result } = await changeUser(
        services.db,
        request.principal,
        { ...request.params, action: 'user.password' },
        async (tx, { id: instanceId }) => {
          await findUser(tx, instanceId, username)
          return tx.mqttUser.update({
            where: { instanceId_username: { instanceId, username } },
            data: { passwordHash }
          })
        }
      )
      await relayChange(services, reply, instance)
      return { ...(await viewUser(services, result)), password: generated }
    }
  )
}

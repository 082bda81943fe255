import { MqttUser, MqttUserPatch } from '@parley/contracts'
import { checkRemark } from '../../remark.js'
import { relayChange } from '../../services.js'
import { changeUser } from '../../users/change-user.js'
import { findUser } from '../../users/find-user.js'
import { viewUser } from '../../users/user-view.js'
import { answers, type Operation, UserParams } from '../route.js'

/** `PATCH /instances/{id}/users/{username}`: what is left out stays. */
export const updateUser: Operation = (app, services) => {
  app.patch(
    '/instances/:instanceId/users/:username',
    {
      config: { access: 'access:write' },
      schema: { tags: ['users'], params: UserParams, body: MqttUserPatch, response: answers(200, MqttUser) }
    },
    async (request, reply) => {
      const { username } = request.params
      const { status, remark } = request.body
      if (remark !== undefined) checkRemark(remark)
      const { instance, result } = await changeUser(
        services.db,
        request.principal,
        { ...request.params, action: 'user.update', details: request.body },
        async (tx, { id: instanceId }) => {
          await findUser(tx, instanceId, username)
          return tx.mqttUser.update({
            where: { instanceId_username: { instanceId, username } },
            data: { status, remark }
          })
        }
      )
      await relayChange(services, reply, instance)
      return viewUser(services, result)
    }
  )
}

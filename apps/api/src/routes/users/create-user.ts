import { MqttUserCreate, MqttUserWithPassword, userBounds } from '@parley/contracts'
import type { Prisma } from '@parley/database'
import { isUniqueViolation } from '../../changes/unique.js'
import { ProblemError } from '../../problem-error.js'
import { checkRemark } from '../../remark.js'
import { relayChange } from '../../services.js'
import { changeUser } from '../../users/change-user.js'
import { newPassword } from '../../users/password.js'
import { userView } from '../../users/user-view.js'
import { checkUsername } from '../../users/username.js'
import { answers, InstanceParams, type Operation, pathOf } from '../route.js'

/** `POST /instances/{id}/users` 201: a password that was made here is in this answer and in no other. */
export const createUser: Operation = (app, services) => {
  app.post(
    '/instances/:instanceId/users',
    {
      config: { access: 'access:write' },
      schema: {
        tags: ['users'],
        params: InstanceParams,
        body: MqttUserCreate,
        response: answers(201, MqttUserWithPassword)
      }
    },
    async (request, reply) => {
      const { username, password, remark = '', status = 'enabled' } = request.body
      checkUsername(username)
      checkRemark(remark)
      const { passwordHash, generated } = await newPassword(password)
      try {
        const { instance, result } = await changeUser(
          services.db,
          request.principal,
          { ...request.params, username, action: 'user.create' },
          async (tx, { id: instanceId, tenantId }) => {
            await checkLimit(tx, instanceId)
            return tx.mqttUser.create({
              data: { instanceId, tenantId, username, passwordHash, remark, status }
            })
          }
        )
        await relayChange(services, reply, instance)
        reply.header('location', `${pathOf(request)}/${encodeURIComponent(username)}`)
        return reply.status(201).send({ ...userView(result, null), password: generated })
      } catch (error) {
        if (isUniqueViolation(error, 'username')) throw usernameTaken(username)
        throw error
      }
    }
  )
}

async function checkLimit(tx: Prisma.TransactionClient, instanceId: string): Promise<void> {
  const { usersMax } = userBounds
  if ((await tx.mqttUser.count({ where: { instanceId } })) < usersMax) return
  throw new ProblemError('users_limit_reached', `The instance holds ${usersMax} users.`)
}

function usernameTaken(username: string): ProblemError {
  return new ProblemError('name_taken', `Another user of this instance is named ${username}.`)
}

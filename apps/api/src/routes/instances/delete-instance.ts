import { Type } from 'typebox'
import { changeInstance } from '../../changes/change-instance.js'
import { relayChange } from '../../services.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `DELETE /instances/{id}` 204: a tombstone stays, so that every node hears of it and the port rests. */
export const deleteInstance: Operation = (app, services) => {
  app.delete(
    '/instances/:instanceId',
    {
      config: { access: 'instances:write' },
      schema: { tags: ['instances'], params: InstanceParams, response: answers(204, Type.Null()) }
    },
    async (request, reply) => {
      const { instance } = await changeInstance(
        services.db,
        request.principal,
        request.params.instanceId,
        { action: 'instance.delete', details: {} },
        async (tx, { id }) => {
          await tx.enhancementRule.deleteMany({ where: { instanceId: id } })
          await tx.authorizationPolicy.deleteMany({ where: { instanceId: id } })
          await tx.mqttUser.deleteMany({ where: { instanceId: id } })
          await tx.instance.update({ where: { id }, data: { status: 'deleting', deletedAt: new Date() } })
        }
      )
      await relayChange(services, reply, instance)
      return reply.status(204).send(null)
    }
  )
}

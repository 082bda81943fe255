import { Instance, InstancePatch, type InstanceSettings } from '@parley/contracts'
import type { Prisma } from '@parley/database'
import { changeInstance } from '../../changes/change-instance.js'
import { isUniqueViolation } from '../../changes/unique.js'
import { checkSettings, mergeSettings } from '../../instances/settings.js'
import { checkRemark } from '../../remark.js'
import { relayChange, viewInstance } from '../../services.js'
import { answers, InstanceParams, type Operation } from '../route.js'
import { nameTaken } from './create-instance.js'

/** `PATCH /instances/{id}`: merged into what stands, at every depth. */
export const updateInstance: Operation = (app, services) => {
  app.patch(
    '/instances/:instanceId',
    {
      config: { access: 'instances:write' },
      schema: {
        tags: ['instances'],
        params: InstanceParams,
        body: InstancePatch,
        response: answers(200, Instance)
      }
    },
    async (request, reply) => {
      const { name, remark, status, ...patch } = request.body
      if (remark !== undefined) checkRemark(remark)
      const details = request.body as unknown as Prisma.InputJsonObject
      try {
        const { result } = await changeInstance(
          services.db,
          request.principal,
          request.params.instanceId,
          { action: 'instance.update', details },
          (tx, { id, settings }) => {
            const merged = mergeSettings(settings as unknown as InstanceSettings, patch)
            checkSettings(merged)
            return tx.instance.update({
              where: { id },
              data: { name, remark, status, settings: merged as unknown as Prisma.InputJsonObject }
            })
          }
        )
        await relayChange(services, reply, result)
        return viewInstance(services, result)
      } catch (error) {
        if (isUniqueViolation(error, 'name')) throw nameTaken(name!)
        throw error
      }
    }
  )
}

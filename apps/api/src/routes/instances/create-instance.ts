import { Instance, InstanceCreate } from '@parley/contracts'
import type { Instance as InstanceRow, Prisma } from '@parley/database'
import type { Principal } from '../../auth/principal.js'
import { recordChange, transactionOptions } from '../../changes/change-instance.js'
import { isUniqueViolation } from '../../changes/unique.js'
import { newInstanceId } from '../../instances/instance-id.js'
import { choosePort } from '../../instances/ports.js'
import { checkSettings, mergeSettings } from '../../instances/settings.js'
import { ProblemError } from '../../problem-error.js'
import { checkRemark } from '../../remark.js'
import { relayChange, type Services, viewInstance } from '../../services.js'
import { answers, type Operation, pathOf } from '../route.js'

/** `POST /instances` 201: an endpoint accepts clients within a second of the answer. */
export const createInstance: Operation = (app, services) => {
  app.post(
    '/instances',
    {
      config: { access: 'instances:write' },
      schema: { tags: ['instances'], body: InstanceCreate, response: answers(201, Instance) }
    },
    async (request, reply) => {
      const row = await insert(services, request.principal, request.body)
      await relayChange(services, reply, row)
      reply.header('location', `${pathOf(request)}/${row.id}`)
      return reply.status(201).send(await viewInstance(services, row))
    }
  )
}

async function insert(
  { db, config }: Services,
  principal: Principal,
  { name, remark = '', status = 'running', ...patch }: InstanceCreate
): Promise<InstanceRow> {
  checkRemark(remark)
  const merged = mergeSettings(undefined, patch)
  checkSettings(merged)
  const settings = merged as unknown as Prisma.InputJsonObject
  try {
    return await db.$transaction(async (tx) => {
      const mqttPort = await choosePort(tx, config.mqttPorts, Date.now())
      const { tenantId } = principal
      const row = await tx.instance.create({
        data: { id: newInstanceId(), tenantId, name, remark, status, settings, mqttPort }
      })
      await recordChange(tx, principal, row, { action: 'instance.create', details: { name } })
      return row
    }, transactionOptions)
  } catch (error) {
    if (isUniqueViolation(error, 'name')) throw nameTaken(name)
    throw error
  }
}

export function nameTaken(name: string): ProblemError {
  return new ProblemError('name_taken', `Another instance of this tenant is named ${name}.`)
}

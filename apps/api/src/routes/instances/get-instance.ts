import { Instance } from '@parley/contracts'
import { findInstance } from '../../instances/find-instance.js'
import { viewInstance } from '../../services.js'
import { answers, InstanceParams, type Operation } from '../route.js'

/** `GET /instances/{id}`, with the rollout: on how many live nodes this revision runs. */
export const getInstance: Operation = (app, services) => {
  app.get(
    '/instances/:instanceId',
    {
      config: { access: 'instances:read' },
      schema: { tags: ['instances'], params: InstanceParams, response: answers(200, Instance) }
    },
    async (request) =>
      viewInstance(services, await findInstance(services.db, request.principal, request.params.instanceId))
  )
}

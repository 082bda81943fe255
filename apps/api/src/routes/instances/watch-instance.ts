import { LiveEvent } from '@parley/contracts'
import type { Principal } from '../../auth/principal.js'
import { isStillGood } from '../../auth/still-good.js'
import { findInstance } from '../../instances/find-instance.js'
import { LiveHub } from '../../live/live-hub.js'
import { answers, InstanceParams, type Operation } from '../route.js'

const eventStream = 'text/event-stream'

/** `GET /instances/{id}/live`: one server-sent event `live` at once and then each second, until one side ends it. */
export const watchInstance: Operation = (app, services) => {
  const { db, redis } = services
  const stillValid = (principal: Principal) => isStillGood(services, principal)
  const hub = new LiveHub({ db, redis, log: app.log, stillValid })
  app.addHook('preClose', async () => hub.stop())
  app.get(
    '/instances/:instanceId/live',
    {
      // A HEAD would open a view that nobody reads.
      exposeHeadRoute: false,
      config: { access: 'instances:read' },
      schema: {
        tags: ['instances'],
        description: 'Server-sent events: `event: live`, `data:` a JSON object of this schema.',
        params: InstanceParams,
        response: {
          ...answers(200, LiveEvent),
          200: { description: 'Events', content: { [eventStream]: { schema: LiveEvent } } }
        } as object
      }
    },
    async (request, reply) => {
      const instance = await findInstance(db, request.principal, request.params.instanceId)
      const stream = hub.watch(request.principal, instance, reply.raw)
      reply.header('content-type', eventStream)
      reply.header('cache-control', 'no-store')
      // Kept alive after its end, it would hold up the stop of the server.
      reply.header('connection', 'close')
      // Proxies of the nginx family hold back what is not told not to.
      reply.header('x-accel-buffering', 'no')
      return reply.send(stream)
    }
  )
}

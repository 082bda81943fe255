import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import { authenticate } from './auth/authenticate.js'
import { readJsonBodies } from './plugins/json-bodies.js'
import { docsPath, serveOpenApi } from './plugins/openapi.js'
import { answerNotFound, answerWithProblems } from './plugins/problems.js'
import { setSecurityHeaders } from './plugins/security-headers.js'
import { createRule } from './routes/enhancement-rules/create-rule.js'
import { deleteRule } from './routes/enhancement-rules/delete-rule.js'
import { getRule } from './routes/enhancement-rules/get-rule.js'
import { listRules } from './routes/enhancement-rules/list-rules.js'
import { replaceRule } from './routes/enhancement-rules/replace-rule.js'
import { setPriorities } from './routes/enhancement-rules/set-priorities.js'
import { updateRule } from './routes/enhancement-rules/update-rule.js'
import { createInstance } from './routes/instances/create-instance.js'
import { deleteInstance } from './routes/instances/delete-instance.js'
import { getInstance } from './routes/instances/get-instance.js'
import { listInstances } from './routes/instances/list-instances.js'
import { updateInstance } from './routes/instances/update-instance.js'
import type { Operation, Routes } from './routes/route.js'
import { health } from './routes/service/health.js'
import type { Services } from './services.js'

export const apiBase = '/api/v1'
/** The largest rule has 10 user properties of 8 KiB and 8 KiB of Correlation Data; JSON escapes take the rest. */
export const bodyBytesMax = 262_144

/** Every operation behind an API key, in the order of the documentation. */
const operations: Operation[] = [
  createInstance,
  listInstances,
  getInstance,
  updateInstance,
  deleteInstance,
  createRule,
  listRules,
  setPriorities,
  getRule,
  replaceRule,
  updateRule,
  deleteRule
]

/** Builds the API without listening. */
export async function buildApp(services: Services, logger: FastifyBaseLogger): Promise<Routes> {
  const app = Fastify({
    loggerInstance: logger,
    bodyLimit: bodyBytesMax,
    frameworkErrors: (_error, request, reply) => answerNotFound(request, reply),
    // A body is taken as it is or refused: nothing is dropped from it, converted or filled in.
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true }
    }
  }).withTypeProvider<TypeBoxTypeProvider>()

  answerWithProblems(app)
  readJsonBodies(app)
  await setSecurityHeaders(app)
  await serveOpenApi(app)
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect(docsPath))
  health(app, services)
  await app.register(
    async (api: Routes) => {
      api.addHook('onRequest', (request) => authenticate(services.db, request))
      for (const operation of operations) operation(api, services)
    },
    { prefix: apiBase }
  )
  return app
}

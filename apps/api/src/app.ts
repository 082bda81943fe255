import cookie from '@fastify/cookie'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { userBounds } from '@parley/contracts'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import { requireDeclaredAccess } from './auth/access.js'
import { authenticate } from './auth/authenticate.js'
import { serveAdminUi } from './plugins/admin-ui.js'
import { readJsonBodies } from './plugins/json-bodies.js'
import { serveOpenApi } from './plugins/openapi.js'
import { answerNotFound, answerWithProblems } from './plugins/problems.js'
import { setSecurityHeaders } from './plugins/security-headers.js'
import { createApiKey } from './routes/api-keys/create-api-key.js'
import { listApiKeys } from './routes/api-keys/list-api-keys.js'
import { revokeApiKey } from './routes/api-keys/revoke-api-key.js'
import { createRule } from './routes/enhancement-rules/create-rule.js'
import { deleteRule } from './routes/enhancement-rules/delete-rule.js'
import { dryRunRules } from './routes/enhancement-rules/dry-run-rules.js'
import { getRule } from './routes/enhancement-rules/get-rule.js'
import { listRules } from './routes/enhancement-rules/list-rules.js'
import { replaceRule } from './routes/enhancement-rules/replace-rule.js'
import { setPriorities } from './routes/enhancement-rules/set-priorities.js'
import { updateRule } from './routes/enhancement-rules/update-rule.js'
import { createInstance } from './routes/instances/create-instance.js'
import { deleteInstance } from './routes/instances/delete-instance.js'
import { getInstance } from './routes/instances/get-instance.js'
import { listInstances } from './routes/instances/list-instances.js'
import { readCounters } from './routes/instances/read-counters.js'
import { updateInstance } from './routes/instances/update-instance.js'
import { watchInstance } from './routes/instances/watch-instance.js'
import { createPolicy } from './routes/policies/create-policy.js'
import { deletePolicy } from './routes/policies/delete-policy.js'
import { getPolicy } from './routes/policies/get-policy.js'
import { listPolicies } from './routes/policies/list-policies.js'
import { replacePolicy } from './routes/policies/replace-policy.js'
import { setPolicyPriorities } from './routes/policies/set-policy-priorities.js'
import { testPolicies } from './routes/policies/test-policies.js'
import { updatePolicy } from './routes/policies/update-policy.js'
import { discardReplyJob } from './routes/reply-jobs/discard-reply-job.js'
import { discardReplyJobs } from './routes/reply-jobs/discard-reply-jobs.js'
import { getReplyJob } from './routes/reply-jobs/get-reply-job.js'
import { listReplyJobs } from './routes/reply-jobs/list-reply-jobs.js'
import { retryReplyJob } from './routes/reply-jobs/retry-reply-job.js'
import { retryReplyJobs } from './routes/reply-jobs/retry-reply-jobs.js'
import type { Operation, Routes } from './routes/route.js'
import { health } from './routes/service/health.js'
import { changePassword } from './routes/session/change-password.js'
import { getSession } from './routes/session/get-session.js'
import { signIn } from './routes/session/sign-in.js'
import { signOut } from './routes/session/sign-out.js'
import { createUser } from './routes/users/create-user.js'
import { deleteUser } from './routes/users/delete-user.js'
import { getUser } from './routes/users/get-user.js'
import { listUsers } from './routes/users/list-users.js'
import { resetPassword } from './routes/users/reset-password.js'
import { updateUser } from './routes/users/update-user.js'
import type { Services } from './services.js'

export const apiBase = '/api/v1'
/** The largest rule has 10 user properties of 8 KiB and 8 KiB of Correlation Data; JSON escapes take the rest. */
export const bodyBytesMax = 262_144

/** A username of 64 characters, each of them two code units. What is longer is no name of anything. */
const paramCodeUnitsMax = 2 * userBounds.usernameCharactersMax

/** Every operation below `apiBase`, in the order of the documentation. Each says itself whom it lets in. */
const operations: Operation[] = [
  signIn,
  getSession,
  signOut,
  changePassword,
  createApiKey,
  listApiKeys,
  revokeApiKey,
  createInstance,
  listInstances,
  getInstance,
  updateInstance,
  deleteInstance,
  watchInstance,
  readCounters,
  createRule,
  listRules,
  setPriorities,
  dryRunRules,
  getRule,
  replaceRule,
  updateRule,
  deleteRule,
  createUser,
  listUsers,
  getUser,
  updateUser,
  resetPassword,
  deleteUser,
  createPolicy,
  listPolicies,
  setPolicyPriorities,
  testPolicies,
  getPolicy,
  replacePolicy,
  updatePolicy,
  deletePolicy,
  listReplyJobs,
  retryReplyJobs,
  discardReplyJobs,
  getReplyJob,
  retryReplyJob,
  discardReplyJob
]

/** Builds the API without listening. */
export async function buildApp(services: Services, logger: FastifyBaseLogger): Promise<Routes> {
  const app = Fastify({
    loggerInstance: logger,
    bodyLimit: bodyBytesMax,
    routerOptions: { maxParamLength: paramCodeUnitsMax },
    frameworkErrors: (_error, request, reply) => answerNotFound(request, reply),
    // A body is taken as it is or refused: nothing is dropped from it, converted or filled in.
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, allErrors: true }
    }
  }).withTypeProvider<TypeBoxTypeProvider>()

  answerWithProblems(app)
  readJsonBodies(app)
  await app.register(cookie)
  await setSecurityHeaders(app)
  await serveOpenApi(app)
  health(app, services)
  await app.register(
    async (api: Routes) => {
      requireDeclaredAccess(api)
      api.addHook('onRequest', (request, reply) => authenticate(services, request, reply))
      for (const operation of operations) operation(api, services)
    },
    { prefix: apiBase }
  )
  await serveAdminUi(app, services.adminUiDir, services.config)
  app.addHook('onReady', () => services.auth.passwords.prepare())
  app.addHook('onClose', () => services.auth.afterwards.settled())
  return app
}

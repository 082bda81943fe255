import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { Access } from '../auth/access.js'
import { sessionCookie } from '../auth/session-cookie.js'

export const docsPath = '/api/docs'

/** The pages of the documentation need inline styles and data: images; nothing else here does. */
const docsContentSecurityPolicy = [
  "default-src 'self'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "object-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'"
].join('; ')

const wordmark = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" role="img" aria-label="Parley">
  <text x="0" y="29" font-family="system-ui, sans-serif" font-size="28" font-weight="600" fill="#ffffff">Parley</text>
</svg>`

/** OpenAPI from the routes' schemas, to read and to try at /api/docs. Register before the routes. */
export async function serveOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parley',
        version: '1',
        description:
          'MQTT instances, their enhancement rules, users and authorization policies. Errors are application/problem+json.'
      },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: sessionCookie }
        }
      }
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: { security: securityOf(route.config?.access), ...schema }
    })
  })
  await app.register(swaggerUi, {
    routePrefix: docsPath,
    staticCSP: false,
    uiHooks: {
      onRequest: async (_request, reply) => {
        reply.header('content-security-policy', docsContentSecurityPolicy)
      }
    },
    theme: { title: 'Parley API' },
    logo: { type: 'image/svg+xml', content: Buffer.from(wordmark) }
  })
}

/** The scope that a key needs, and whether a person may. */
function securityOf(access: Access = 'anyone'): Record<string, string[]>[] {
  if (access === 'anyone') return []
  return access === 'person' ? [{ session: [] }] : [{ apiKey: [access] }, { session: [] }]
}

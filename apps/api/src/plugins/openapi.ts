import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

export const docsPath = '/api/docs'

/** OpenAPI from the routes' schemas, to read and to try at /api/docs. Register before the routes. */
export async function serveOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parley',
        version: '1',
        description: 'MQTT instances and enhancement rules. Errors are application/problem+json.'
      },
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
      security: [{ apiKey: [] }]
    }
  })
  await app.register(swaggerUi, { routePrefix: docsPath, staticCSP: false })
}

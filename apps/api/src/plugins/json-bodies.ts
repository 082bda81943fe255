import type { FastifyInstance } from 'fastify'

const withoutBody = new Set(['GET', 'HEAD', 'DELETE'])

/** JSON bodies as Fastify reads them, but clients that name a content type also for a DELETE without a body are let through. */
export function readJsonBodies(
  app: Pick<FastifyInstance, 'getDefaultJsonParser' | 'removeContentTypeParser' | 'addContentTypeParser'>
): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  // Fastify reads texts too; no operation takes one.
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && withoutBody.has(request.method)) done(null, undefined)
    else parse(request, body as string, done)
  })
}

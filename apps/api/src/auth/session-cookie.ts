import type { FastifyReply, FastifyRequest } from 'fastify'

export const sessionCookie = 'parley_session'

/** What the request brought as the session's cookie. */
export function readSessionCookie(request: FastifyRequest): string | undefined {
  return request.cookies[sessionCookie]
}

/** Sets the cookie, or takes it away (`undefined`). It lives as long as the browser runs; when the session ends, the server knows. */
export function sendSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  value: string | undefined
): void {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: isOverHttps(request) } as const
  if (value === undefined) reply.clearCookie(sessionCookie, options)
  else reply.setCookie(sessionCookie, value, options)
}

/** A proxy that ends TLS says so in this header. Whoever sends it without one only keeps the cookie from itself. */
function isOverHttps({ protocol, headers }: FastifyRequest): boolean {
  return protocol === 'https' || headers['x-forwarded-proto'] === 'https'
}

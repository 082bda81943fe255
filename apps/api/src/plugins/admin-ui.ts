import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type EndpointConfig, hostInUrl } from '../instances/instance-view.js'
import { answerNotFound } from './problems.js'

/** Where the built index.html wants the nonce of the answer. */
const noncePlace = '__CSP_NONCE__'
const nonceBytes = 16
/** A year: the name of such a file changes with its content. */
const assetCacheControl = 'public, max-age=31536000, immutable'
/** Files with a name that stays, such as the icon. */
const otherCacheControl = 'no-cache'

const notBuilt = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Parley</title></head>
<body>
<h1>The admin UI has not been built</h1>
<p>Run <code>npm run build</code>, then load this page again. The API answers meanwhile: <a href="/api/docs">its documentation</a>.</p>
</body>
</html>
`

/**
 * Serves the files of the built admin UI, and its index.html for every page that a browser may ask for: the UI itself knows
 * which of them there are. What is no page is answered as a problem. Register after everything else.
 */
export async function serveAdminUi(
  app: FastifyInstance,
  dir: string,
  endpoints: EndpointConfig
): Promise<void> {
  const sendIndex = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const html = await readIndex(dir)
    reply.header('content-type', 'text/html; charset=utf-8')
    if (html === undefined) return reply.send(notBuilt)
    const nonce = randomBytes(nonceBytes).toString('base64')
    reply.header('content-security-policy', contentSecurityPolicy(nonce, endpoints))
    return reply.send(html.replaceAll(noncePlace, nonce))
  }
  await app.register(fastifyStatic, {
    root: dir,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    suppressWarning: true,
    // The build has put a .br and a .gz beside what is worth it.
    preCompressed: true,
    // A folder is not to be had, and the index only with its nonce.
    allowedPath: (path) => !isApi(path) && !path.endsWith('/') && path !== '/index.html',
    setHeaders: (reply, path) => {
      const isAsset = path.startsWith(join(dir, 'assets') + sep)
      reply.header('cache-control', isAsset ? assetCacheControl : otherCacheControl)
    }
  })
  app.get('/', { schema: { hide: true } }, sendIndex)
  app.setNotFoundHandler((request, reply) =>
    isPage(request) ? sendIndex(request, reply) : answerNotFound(request, reply)
  )
}

/** What a browser opens, and not what a program or a page loads: those ask for no text/html. */
function isPage({ method, url, headers: { accept = '' } }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0]!
  const reads = method === 'GET' || method === 'HEAD'
  return reads && accept.includes('text/html') && !isApi(path) && !path.startsWith('/assets/')
}

function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/')
}

/** As it is now: a build while the API runs is seen. Undefined when there is none. */
async function readIndex(dir: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir, 'index.html'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Scripts from here only; styles from here or with the nonce; talks to the API and to the instances' WebSockets. */
function contentSecurityPolicy(nonce: string, { publicHost, edgePort }: EndpointConfig): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ws://${hostInUrl(publicHost)}:${edgePort}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'"
  ].join('; ')
}

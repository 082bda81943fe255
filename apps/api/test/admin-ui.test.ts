import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { cleanUp, cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { startTestApi, type TestApi } from './support/test-api.js'

const html =
  '<!doctype html><style nonce="__CSP_NONCE__">a{}</style><script src="/assets/a-1b2c.js"></script>'
const outside = 'a file beside the folder'
/** As a browser opens a page. */
const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

let api: TestApi
let dir: string

beforeAll(async () => {
  const parent = mkdtempSync(join(tmpdir(), 'parley-admin-ui-'))
  cleanUp(() => rmSync(parent, { recursive: true, force: true }))
  dir = join(parent, 'dist')
  mkdirSync(join(dir, 'assets'), { recursive: true })
  writeFileSync(join(parent, 'secret.txt'), outside)
  writeFileSync(join(dir, 'index.html'), html)
  writeFileSync(join(dir, 'icon.svg'), '<svg/>')
  writeFileSync(join(dir, '.hidden'), outside)
  writeFileSync(join(dir, 'assets', 'a-1b2c.js'), 'run()')
  writeFileSync(join(dir, 'assets', 'a-1b2c.js.br'), brotliCompressSync('run()'))
  writeFileSync(join(dir, 'assets', 'a-1b2c.js.gz'), gzipSync('run()'))
  api = await startTestApi({ adminUiDir: dir })
})
afterAll(cleanUpFile)

const open = (url: string, headers: Record<string, string> = browser, method = 'GET') =>
  api.send<string>({ method, url, headers })
const nonceIn = (body: string): string => /nonce="([^"]*)"/.exec(body)![1]!

describe('a page', () => {
  it.each([
    '/',
    '/index.html',
    '/instances',
    '/instances/mqtt-k3v9x0qa/rules?page=2',
    '/apiary',
    '/sign-in/'
  ])('%s is the index, never kept, with a policy that lets nothing in from elsewhere', async (url) => {
    const { status, headers, body } = await open(url)
    const nonce = nonceIn(body)
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect([status, body]).toEqual([200, html.replace('__CSP_NONCE__', nonce)])
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self' ws://127.0.0.1:8083",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'"
      ].join('; ')
    })
  })

  it('has another nonce each time', async () => {
    const bodies = await Promise.all(Array.from({ length: 5 }, async () => (await open('/')).body))
    expect(new Set(bodies.map(nonceIn)).size).toBe(5)
  })

  it('is told to a HEAD request as to a GET', async () => {
    for (const url of ['/', '/instances']) {
      const { status, headers, body } = await open(url, browser, 'HEAD')
      expect([status, headers['content-type'], body]).toEqual([200, 'text/html; charset=utf-8', ''])
    }
  })

  it('/ is the index for every program; the rest only for what asks for a page', async () => {
    for (const accept of ['*/*', 'application/json']) {
      expect((await open('/', { accept })).status).toBe(200)
      expectProblem(await open('/instances', { accept }), 'not_found')
    }
    expectProblem(await open('/instances', {}), 'not_found')
  })
})

describe('a problem, and no page', () => {
  it.each([
    '/api',
    '/api/',
    '/api/v1',
    '/api/v1/nothing',
    '/api/v2/instances',
    '/api/docs/nothing',
    '/assets/gone-1234.js',
    '/assets/',
    '/assets/..%2f..%2fsecret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets//a-1b2c.js',
    '/%00'
  ])('GET %s', async (url) => {
    const answer = await open(url, url.includes('secret') ? {} : browser)
    expectProblem(answer, 'not_found')
    expect(JSON.stringify(answer.body)).not.toContain(outside)
  })

  it('what needs a key is refused as before, also to a browser', async () => {
    expectProblem(await open('/api/v1/instances'), 'unauthenticated')
    expectProblem(await open('/api/v1/session'), 'unauthenticated')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s of a page', async (method) => {
    for (const url of ['/', '/instances']) expectProblem(await open(url, browser, method), 'not_found')
  })

  it('a file whose name begins with a dot', async () => {
    expectProblem(await open('/.hidden', { accept: '*/*' }), 'not_found')
  })
})

describe('a file', () => {
  it('with its hash in the name is kept for ever; one whose name stays is asked for again', async () => {
    const asset = await open('/assets/a-1b2c.js', {})
    expect([asset.status, asset.body]).toEqual([200, 'run()'])
    expect(asset.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringContaining('javascript'),
      'x-content-type-options': 'nosniff'
    })
    const icon = await open('/icon.svg', {})
    expect([icon.status, icon.headers['cache-control']]).toEqual([200, 'no-cache'])
    const again = { 'if-none-match': String(icon.headers.etag) }
    expect((await open('/icon.svg', again)).status).toBe(304)
  })

  it.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['identity', undefined]
  ])('that was compressed by the build is sent so to who takes it: %s', async (accepted, encoding) => {
    const { status, headers } = await open('/assets/a-1b2c.js', { 'accept-encoding': accepted })
    expect(status).toBe(200)
    expect(headers['content-encoding']).toBe(encoding)
    expect(headers.vary).toContain('accept-encoding')
    expect(headers).toMatchObject({
      'content-type': 'application/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable'
    })
  })

  it('that a later build brings is there without a restart', async () => {
    writeFileSync(join(dir, 'assets', 'b-3d4e.js'), 'later()')
    expect((await open('/assets/b-3d4e.js', {})).body).toBe('later()')
  })
})

it('without a build, every page says how to make one, and the API goes on', async () => {
  const bare = await startTestApi({ adminUiDir: join(dir, 'not-there') })
  for (const url of ['/', '/instances']) {
    const answer = await bare.send<string>({ method: 'GET', url, headers: browser })
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store'])
    expect(answer.body).toContain('npm run build')
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  }
  const tenant = await bare.newTenant()
  expect((await tenant.call('GET', '/instances')).status).toBe(200)
})

import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { type ProblemCode, problem } from '@parley/contracts'

const contentType = 'application/problem+json'

/** Answers a request with a problem of the catalogue. */
export function answerProblem(response: ServerResponse, code: ProblemCode, detail: string): void {
  const body = problem(code, detail)
  response.writeHead(body.status, { 'content-type': contentType }).end(JSON.stringify(body))
}

/** Answers an upgrade that is not granted, and closes, whether the client does or not: the WebSocket never opens. */
export function refuseUpgrade(socket: Socket, code: ProblemCode, detail: string): void {
  const body = problem(code, detail)
  const text = JSON.stringify(body)
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status] ?? ''}\r\ncontent-type: ${contentType}\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`
  )
}

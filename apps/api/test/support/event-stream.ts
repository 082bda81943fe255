import type { AddressInfo } from 'node:net'
import type { LiveEvent } from '@parley/contracts'
import { cleanUp } from '@parley/testkit'
import type { TestApi } from './test-api.js'

/** An open answer of `GET /instances/{id}/live`, over a real connection. */
export class EventStream {
  readonly headers: Headers
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #abort: AbortController
  #text = ''

  private constructor(answer: Response, abort: AbortController) {
    this.headers = answer.headers
    this.#reader = answer.body!.getReader()
    this.#abort = abort
    cleanUp(() => abort.abort())
  }

  static async open(url: string, apiKey: string): Promise<EventStream> {
    const abort = new AbortController()
    const headers = { authorization: `Bearer ${apiKey}` }
    const answer = await fetch(url, { headers, signal: abort.signal })
    if (answer.status !== 200) throw new Error(`the live view was refused: ${await answer.text()}`)
    return new EventStream(answer, abort)
  }

  /** The next event; undefined when the server has ended the answer. */
  async next(): Promise<LiveEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n')
      if (end >= 0) {
        const [, data] = /^event: live\ndata: (.*)$/.exec(this.#text.slice(0, end)) ?? []
        this.#text = this.#text.slice(end + 2)
        return JSON.parse(data!) as LiveEvent
      }
      const { done, value } = await this.#reader.read()
      if (done) return undefined
      this.#text += Buffer.from(value).toString()
    }
  }

  /** Takes events until one fits; fails when the answer ends before. */
  async until(fits: (event: LiveEvent) => boolean): Promise<LiveEvent> {
    for (;;) {
      const event = await this.next()
      if (!event) throw new Error('the answer ended')
      if (fits(event)) return event
    }
  }

  /** Waits until the server ends the answer. */
  async ended(): Promise<void> {
    while (await this.next());
  }

  close(): void {
    this.#abort.abort()
  }
}

/** Where the API of a test listens; it does from the first call on. */
export async function listening({ app }: TestApi): Promise<string> {
  const address = app.addresses()[0] as AddressInfo | undefined
  return address
    ? `http://127.0.0.1:${address.port}/api/v1`
    : `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/v1`
}

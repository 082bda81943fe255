import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Transport } from '../src/listeners/transport.js'
import { Outbox, outboxBytesMax } from '../src/session/outbox.js'

/** A network that takes everything at once, or nothing until it is told to. */
class FakeTransport implements Transport {
  readonly clientHost = '127.0.0.1:1'
  readonly sent: string[] = []
  takes = true
  pendingBytes = 0
  drains = 0

  attach(): void {}
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}

  send(bytes: Buffer): boolean {
    this.sent.push(bytes.toString())
    if (!this.takes) this.pendingBytes += bytes.length
    return this.takes
  }
}

function outbox(): { outbox: Outbox; transport: FakeTransport } {
  const transport = new FakeTransport()
  const listener = {
    onData: () => undefined,
    onGone: () => undefined,
    onDrain: () => {
      transport.drains++
    }
  }
  return { outbox: new Outbox(transport, listener), transport }
}

function write(to: Outbox, text: string): void {
  const at = to.reserve(text.length)
  to.buffer.write(text, at)
}

describe('an outbox', () => {
  it('writes once per turn what was collected, in order, whichever way it came', async () => {
    const { outbox: box, transport } = outbox()
    write(box, 'a')
    box.append(Buffer.from('b'))
    write(box, 'c')
    expect(transport.sent).toEqual([])
    await nextTurn()
    expect(transport.sent).toEqual(['abc'])
    await nextTurn()
    expect(transport.sent).toHaveLength(1)
  })

  it('sends a shared frame without a copy when it is all there is, and leaves it as it is', async () => {
    const { outbox: first, transport } = outbox()
    const { outbox: second, transport: other } = outbox()
    const frame = Buffer.from('shared')
    first.append(frame)
    second.append(frame)
    write(second, '!')
    await nextTurn()
    expect(transport.sent).toEqual(['shared'])
    expect(other.sent).toEqual(['shared!'])
    expect(frame.toString()).toBe('shared')
  })

  it('takes more than its buffers hold', async () => {
    const { outbox: box, transport } = outbox()
    const texts = [1_000, 5_000, 1, 100_000].map((length, at) => String(at).repeat(length))
    for (const text of texts) write(box, text)
    await nextTurn()
    expect(transport.sent).toEqual([texts.join('')])
  })

  it('does not write over bytes that the network has not taken yet', async () => {
    const { outbox: box, transport } = outbox()
    transport.takes = false
    const kept: Buffer[] = []
    transport.send = (bytes) => {
      kept.push(bytes)
      return false
    }
    write(box, 'first')
    await nextTurn()
    write(box, 'other')
    await nextTurn()
    expect(kept.map(String)).toEqual(['first', 'other'])
  })

  it('holds back above its bound, and says when there is room again', async () => {
    const { outbox: box, transport } = outbox()
    write(box, 'x'.repeat(outboxBytesMax))
    expect(box.pendingBytes).toBe(outboxBytesMax)
    expect(box.hasRoom()).toBe(false)
    await nextTurn()
    expect(transport.drains).toBe(1)
    expect(box.hasRoom()).toBe(true)
  })

  it('leaves it to the transport to say so when that took less', async () => {
    const { outbox: box, transport } = outbox()
    transport.takes = false
    write(box, 'x'.repeat(outboxBytesMax))
    expect(box.hasRoom()).toBe(false)
    await nextTurn()
    expect(transport.drains).toBe(0)
    expect(box.hasRoom()).toBe(false)
  })
})

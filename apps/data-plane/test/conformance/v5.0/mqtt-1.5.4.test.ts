import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, refused, told } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { binary, connect, packet, publish, text } from '../support/wire.js'

const illFormed = [
  { what: 'a surrogate', bytes: 'eda080' },
  { what: 'a pair of surrogates', bytes: 'eda081edb080' },
  { what: 'an overlong slash', bytes: 'c0af' },
  { what: 'a lone continuation byte', bytes: '80' },
  { what: 'a sequence that ends early', bytes: '61c3' },
  { what: 'a code point above U+10FFFF', bytes: 'f4908080' }
].flatMap((text) => levels.map((level) => ({ ...text, level })))

function subscribe(level: ProtocolLevel, filter: string): string {
  return packet('82', `0001${level === 5 ? '00' : ''}${filter}00`)
}

statement('MQTT-1.5.4-1', 'Strings are well-formed UTF-8 without surrogates.', () => {
  it.each(illFormed)(
    '$what in a topic name closes a connection of level $level',
    async ({ level, bytes }) => {
      expect(await closedFor(level, publish(level, binary(bytes)))).toBe(
        told(level, reasonCodes.malformedPacket)
      )
    }
  )

  it.each(illFormed)(
    '$what in a topic filter closes a connection of level $level',
    async ({ level, bytes }) => {
      expect(await closedFor(level, subscribe(level, binary(bytes)))).toBe(
        told(level, reasonCodes.malformedPacket)
      )
    }
  )

  it.each(levels)('text of every length of sequence is passed on as it is to level %i', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    const topic = 'é/€/\u{1d11e}/\u{10fffd}'
    await client.subscribe(topic)
    const delivered = nextBytes(client)
    client.sendBytes(publish(level, text(topic)))
    expect(await delivered).toContain('c3a92fe282ac2ff09d849e2ff48fbfbd')
  })
})

statement('MQTT-1.5.4-2', 'No string holds U+0000.', () => {
  it.each(levels)('in a topic name it closes a connection of level %i', async (level) => {
    expect(await closedFor(level, publish(level, text('a\0b')))).toBe(
      told(level, reasonCodes.malformedPacket)
    )
  })

  it.each(levels)('in a topic filter it closes a connection of level %i', async (level) => {
    expect(await closedFor(level, subscribe(level, text('a\0b')))).toBe(
      told(level, reasonCodes.malformedPacket)
    )
  })

  it.each(levels)('in a user name it is not let in at level %i', async (level) => {
    const instance = await startInstance()
    const hex = connect({ level, flags: '82', payload: text('me') + text('a\0b') })
    expect(await refused(instance, hex)).toBe(told(level, reasonCodes.malformedPacket))
  })
})

statement('MQTT-1.5.4-3', 'EF BB BF is U+FEFF wherever it stands, and is never skipped or stripped.', () => {
  it.each(levels)('a topic of level %i keeps it, and is another one without it', async (level) => {
    const instance = await startInstance()
    const marked = await instance.connect({ level })
    await marked.subscribe('\ufeffa/\ufeff', 1)
    const plain = await instance.connect({ level })
    await plain.subscribe(['a/', 'a/\ufeff', '\ufeffa/'])
    const delivered = nextBytes(marked)
    const publisher = await instance.connect({ level })
    await publisher.publish('\ufeffa/\ufeff', 'x')
    expect(await delivered).toContain(text('\ufeffa/\ufeff'))
    expect(text('\ufeffa/\ufeff')).toBe('0008efbbbf612fefbbbf')
    await plain.expectNothing()
  })
})

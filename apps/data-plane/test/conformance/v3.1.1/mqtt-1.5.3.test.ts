import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed, expectNotAnswered } from '../support/closed-without-a-word.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { binary, connect, publish, text, will } from '../support/wire.js'

const illFormed = atLevelsBefore5([
  { what: 'a surrogate', bytes: '61eda08062' },
  { what: 'an overlong U+0000', bytes: 'c080' },
  { what: 'a byte that UTF-8 does not have', bytes: 'fe' },
  { what: 'a sequence that ends early', bytes: 'e282' }
])

/** A CONNECT of a level with this string in each of its text fields in turn. */
function connectsWith(level: number, string: string): string[] {
  return [
    connect({ level, payload: string }),
    connect({ level, flags: '06', payload: text('me') + will(level, string) }),
    connect({ level, flags: '82', payload: text('me') + string })
  ]
}

statement('MQTT-1.5.3-1', 'Ill-formed UTF-8, surrogates included, ends the connection.', () => {
  it.each(illFormed)('$what in a topic name of level $level', async ({ level, bytes }) => {
    await expectClosed(level, publish(level, binary(bytes)))
  })

  it.each(illFormed)('$what in a topic filter of level $level', async ({ level, bytes }) => {
    await expectClosed(level, subscriptionPacket('82', level, `${binary(bytes)}00`))
    await expectClosed(level, subscriptionPacket('a2', level, binary(bytes)))
  })

  it.each(illFormed)('$what in a CONNECT of level $level', async ({ level, bytes }) => {
    for (const hex of connectsWith(level, binary(bytes))) await expectNotAnswered(hex)
  })

  it.each(levelsBefore5)('any other text is as good as ASCII at level %i', async (level) => {
    const instance = await startInstance()
    const topic = 'ß/ж/한/\u{1f512}/\u{10fffd}'
    const client = await instance.connect({ level, clientId: topic, username: topic })
    await client.subscribe(topic, 1)
    await client.publish(topic, 'x', { qos: 1 })
    expect((await client.receive()).topic).toBe(topic)
    await client.expectNothing()
  })
})

statement('MQTT-1.5.3-2', 'U+0000 ends the connection.', () => {
  it.each(levelsBefore5)('in a topic name or filter of level %i', async (level) => {
    for (const string of [text('\0'), text('a/\0'), text('a\0b')]) {
      await expectClosed(level, publish(level, string))
      await expectClosed(level, subscriptionPacket('82', level, `${string}00`))
      await expectClosed(level, subscriptionPacket('a2', level, string))
    }
  })

  it.each(levelsBefore5)('in a CONNECT of level %i', async (level) => {
    for (const hex of connectsWith(level, text('a\0b'))) await expectNotAnswered(hex)
  })
})

statement(
  'MQTT-1.5.3-3',
  'EF BB BF is U+FEFF wherever it stands, and is neither skipped nor stripped.',
  () => {
    it.each(levelsBefore5)('in a topic of level %i', async (level) => {
      const instance = await startInstance()
      const marked = await instance.connect({ level })
      const plain = await instance.connect({ level })
      await marked.subscribe('\ufeffa', 0)
      await plain.subscribe('a', 0)
      const delivered = nextBytes(marked)
      plain.sendBytes(publish(level, binary('efbbbf61')))
      expect(await delivered).toBe('3007 0004efbbbf61 ff'.replaceAll(' ', ''))
      await plain.expectNothing()
    })

    it.each(levelsBefore5)('in a client id of level %i', async (level) => {
      const instance = await startInstance()
      await instance.connect({ level, clientId: 'me' })
      await instance.connect({ level, clientId: '\ufeffme' })
      expect(Object.keys(instance.broker.clients).toSorted()).toEqual(['me', '\ufeffme'])
    })
  }
)

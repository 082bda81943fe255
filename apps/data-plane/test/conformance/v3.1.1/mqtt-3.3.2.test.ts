import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { binary, publish, text } from '../support/wire.js'

statement('MQTT-3.3.2-1', 'The topic name stands first in the variable header and is a UTF-8 string.', () => {
  it.each(levelsBefore5)('a PUBLISH of level %i without a whole one closes the connection', async (level) => {
    for (const bytes of ['3000', '3001 00', '3002 0001', '3003 0002 61']) await expectClosed(level, bytes)
  })

  it.each(levelsBefore5)('an ill-formed one closes the connection of level %i', async (level) => {
    for (const bytes of ['c328', 'eda080', 'ff']) await expectClosed(level, publish(level, binary(bytes)))
  })

  it.each(levelsBefore5)('to level %i it is written so', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('#', 1)
    const delivered = nextBytes(client)
    await (await instance.connect()).publish('é/b', 'x', { qos: 1 })
    expect(await delivered).toBe('3209 0004c3a92f62 0001 78'.replaceAll(' ', ''))
  })
})

statement('MQTT-3.3.2-2', 'The topic name of a PUBLISH holds no wildcards.', () => {
  const topics = ['#', '+', 'quiet/#', 'quiet/+', '+/place', 'quiet#place', 'quiet/pla+ce']
  it.each(atLevelsBefore5(topics.map((topic) => ({ topic }))))(
    '$topic closes the connection of level $level and reaches nobody',
    async ({ level, topic }) => {
      await expectClosed(level, publish(level, text(topic)))
    }
  )
})

const topics = ['a', 'a/', '/a', 'a/b', 'a/b/c', 'A', 'b', 'ab', 'a//c']
const matches = atLevelsBefore5([
  { filter: 'a', matching: ['a'] },
  { filter: 'a/', matching: ['a/'] },
  { filter: '+', matching: ['a', 'A', 'b', 'ab'] },
  { filter: '+/+', matching: ['a/', '/a', 'a/b'] },
  { filter: 'a/+/c', matching: ['a/b/c', 'a//c'] },
  { filter: 'a/#', matching: ['a', 'a/', 'a/b', 'a/b/c', 'a//c'] },
  { filter: '#', matching: topics }
])

statement('MQTT-3.3.2-3', 'What the server sends has a topic that matches the subscription.', () => {
  it.each(matches)('$filter of level $level gets $matching', async ({ level, filter, matching }) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe(filter)
    const publisher = await instance.connect()
    for (const topic of topics) await publisher.publish(topic, topic)
    await publisher.ping()
    for (const topic of matching) {
      expect(await client.next('publish')).toMatchObject({ topic, payload: Buffer.from(topic) })
    }
    await client.expectNothing()
  })
})

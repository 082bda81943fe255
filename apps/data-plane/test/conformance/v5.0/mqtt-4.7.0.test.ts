import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, refused, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { connect, publish, text, will } from '../support/wire.js'

const { malformedPacket } = reasonCodes
const withWildcards = levels.flatMap((level) =>
  ['#', '+', 'a/#', 'a/+/b', 'a+', '#a'].map((topic) => ({ level, topic }))
)
const willFlag = '06'

statement('MQTT-4.7.0-1', 'Wildcards stand in topic filters, never in a topic name.', () => {
  it.each(withWildcards)('level $level may not publish to $topic', async ({ level, topic }) => {
    expect(await closedFor(level, publish(level, text(topic)))).toBe(told(level, malformedPacket))
  })

  it.each(withWildcards)('level $level may not have a will for $topic', async ({ level, topic }) => {
    const payload = text('me') + will(level, text(topic))
    const reason = await refused(await startInstance(), connect({ level, flags: willFlag, payload }))
    expect(reason).toBe(told(level, malformedPacket))
  })

  it.each(levels)('level %i may subscribe to them', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const filters = ['#', '+', 'a/#', 'a/+/b']
    expect((await client.subscribe(filters, 1)).reasonCodes).toEqual([1, 1, 1, 1])
    await client.expectNothing()
  })
})

import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'

const lengths = [
  { remaining: 127, header: '307f' },
  { remaining: 128, header: '308001' },
  { remaining: 16_383, header: '30ff7f' },
  { remaining: 16_384, header: '30808001' }
].flatMap((length) => levels.map((level) => ({ ...length, level })))

statement('MQTT-1.5.5-1', 'A variable byte integer is written with as few bytes as it can be.', () => {
  it.each(lengths)(
    'a remaining length of $remaining is sent so to level $level',
    async ({ remaining, header, level }) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a')
      const delivered = nextBytes(client)
      const topicAndPropertyBytes = level === 5 ? 4 : 3
      await client.publish('a', Buffer.alloc(remaining - topicAndPropertyBytes))
      expect(await delivered).toMatch(new RegExp(`^${header}000161`))
    }
  )

  it.each([
    { what: 'a remaining length', bytes: '308500 0001 61 00 ff' },
    { what: 'a property length', bytes: '3006 0001 61 8000 ff' },
    { what: 'a subscription identifier', bytes: '820a 0001 03 0b8100 0001 61 00' }
  ])('$what that is longer than needed closes a 5.0 connection', async ({ bytes }) => {
    expect(await closedFor(5, bytes)).toBe(reasonCodes.malformedPacket)
  })

  it('a property length is sent so', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('a')
    for (const { contentTypeLength, properties } of [
      { contentTypeLength: 124, properties: '7f03007c' },
      { contentTypeLength: 125, properties: '800103007d' }
    ]) {
      const delivered = nextBytes(client)
      await client.publish('a', '', { properties: { contentType: 'x'.repeat(contentTypeLength) } })
      expect(await delivered).toContain(`000161${properties}`)
    }
  })
})

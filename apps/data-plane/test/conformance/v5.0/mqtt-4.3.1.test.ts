import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { keptSession } from '../support/kept-session.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { publish, text } from '../support/wire.js'

statement('MQTT-4.3.1-1', 'A QoS 0 message is sent with QoS 0 and without DUP.', () => {
  it.each(levels)('to level %i: as it was published', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    const delivered = nextBytes(client)
    await (await instance.connect()).publish('a', 'x')
    expect(await delivered).toBe(publish(level, text('a'), '00', '78'))
  })

  it.each(levels)('to level %i: as it was granted, though its publisher repeated it', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 0)
    await (await instance.connect()).publish('a', 'x', { qos: 1, dup: true })
    expect(await client.next('publish')).toMatchObject({ qos: 0, dup: false, packetId: 0 })
    await client.expectNothing()
  })

  it.each(levels)('to level %i: never again', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', 0)
    await (await instance.connect()).publish('a', 'x', { qos: 2 })
    await first.next('publish')
    await first.destroy()
    const second = await instance.connect(keptSession(level))
    await second.expectNothing()
  })
})

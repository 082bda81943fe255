import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { untilClosed } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'
import { connect, publish, text } from '../support/wire.js'

const disconnect = 'e000'

statement('MQTT-3.14.4-1', 'The client closes the connection after DISCONNECT.', () => {
  it.each(levelsBefore5)('of level %i; the server does not wait for it', async (level) => {
    const instance = await startInstance()
    const answer = await untilClosed(instance, connect({ level }) + disconnect)
    expect(answer.toString('hex')).toBe('20020000')
    expect(instance.broker.connections.size).toBe(0)
  })
})

statement('MQTT-3.14.4-2', 'The client sends nothing after DISCONNECT.', () => {
  it.each(levelsBefore5)('what level %i sends all the same is not read', async (level) => {
    const { instance, watcher } = await startWatched()
    const pingreq = 'c000'
    const tooLate = publish(level, text('a')) + pingreq
    const answer = await untilClosed(instance, connect({ level }) + disconnect + tooLate)
    expect(answer.toString('hex')).toBe('20020000')
    await watcher.expectNothing()
    expect(instance.drops('protocol_violation')).toBe(0)
  })
})

statement('MQTT-3.14.4-3', 'DISCONNECT discards the will without publishing it.', () => {
  it.each(levelsBefore5)('of level %i: neither now nor retained nor later', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({
      ...keptSession(level),
      will: { topic: 'wills/me', retain: true }
    })
    await client.disconnect()
    await watcher.expectNothing()
    instance.sweepIn(3_600_000)
    await watcher.subscribe('wills/#')
    await watcher.expectNothing()
  })
})

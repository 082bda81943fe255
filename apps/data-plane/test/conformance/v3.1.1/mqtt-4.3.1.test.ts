import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { keptSession } from '../support/kept-session.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'

statement('MQTT-4.3.1-1', 'A message at QoS 0 is sent with QoS 0 and without DUP.', () => {
  it.each(levelsBefore5)('to level %i, once, and not again after a reconnect', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', 0)
    const delivered = nextBytes(first)
    await (await instance.connect()).publish('a', 'x', { qos: 2 })
    expect(await delivered).toBe('300400016178')
    await first.next('publish')
    await first.expectNothing()
    await first.destroy()
    await (await instance.connect(keptSession(level))).expectNothing()
  })
})

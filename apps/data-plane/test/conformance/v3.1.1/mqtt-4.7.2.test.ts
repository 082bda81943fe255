import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'

statement('MQTT-4.7.2-1', 'A filter that begins with a wildcard matches no topic that begins with $.', () => {
  it.each(levelsBefore5)('of level %i: what the server publishes there is matched by name', async (level) => {
    const instance = await startInstance()
    const wildcards = await instance.connect({ level })
    await wildcards.subscribe(['#', '+', '+/#', `+/${instance.id}/clients/connected`, '+/+/+/+'])
    const named = await instance.connect({ level })
    await named.subscribe(`$SYS/${instance.id}/clients/+`)
    instance.sweepIn(3_600_000)
    const figure = await named.next('publish')
    expect(figure.topic).toBe(`$SYS/${instance.id}/clients/connected`)
    expect(figure.payload.toString()).toBe('2')
    await named.expectNothing()
    await wildcards.expectNothing()
  })

  it.each(levelsBefore5)('of level %i: a $ that comes later is a character like any other', async (level) => {
    const client = await (await startInstance()).connect({ level })
    await client.subscribe(['+/$x', '#'], 0)
    for (const topic of ['a/$x', 'a$', '/$']) {
      await client.publish(topic, 'x')
      expect((await client.next('publish')).topic).toBe(topic)
    }
    await client.expectNothing()
  })
})

import { expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { statement } from '../support/statement.js'

/** Only the broker itself publishes there. */
function publishInternally(instance: TestInstance, topic: string): Promise<void> {
  const packet = { cmd: 'publish' as const, topic, payload: Buffer.from('news') }
  return new Promise((resolve, reject) => {
    instance.broker.publish({ ...packet, qos: 0, retain: false, dup: false }, null, (error) =>
      error ? reject(error) : resolve()
    )
  })
}

statement('MQTT-4.7.2-1', 'A filter that begins with a wildcard matches no topic that begins with $.', () => {
  it.each(levels)('of level %i: such topics are matched by name only', async (level) => {
    const instance = await startInstance()
    const wildcards = await instance.connect({ level })
    await wildcards.subscribe(['#', '+', '+/x', '+/#', '/#'])
    const named = await instance.connect({ level })
    await named.subscribe('$SYS/#')
    await named.subscribe('$SYS/+')
    await publishInternally(instance, '$SYS/x')
    expect((await named.next('publish')).topic).toBe('$SYS/x')
    await named.expectNothing()
    await wildcards.expectNothing()
  })

  it.each(levels)('of level %i: a $ that comes later is a character like any other', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('+/$x')
    await client.publish('a/$x', 'x')
    expect((await client.next('publish')).topic).toBe('a/$x')
    await client.expectNothing()
  })
})

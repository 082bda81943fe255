import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { binary, byte, publish, text } from '../support/wire.js'

function userProperty(key: string, value: string): string {
  const pair = `26${key}${value}`
  return byte(pair.length / 2) + pair
}

statement('MQTT-1.5.7-1', 'Both strings of a string pair are UTF-8 strings like any other.', () => {
  it.each([
    { what: 'ill-formed UTF-8', bytes: 'c328' },
    { what: 'a surrogate', bytes: 'eda080' },
    { what: 'U+0000', bytes: '00' }
  ])('$what in the name or the value of a user property closes the connection', async ({ bytes }) => {
    for (const properties of [
      userProperty(binary(bytes), text('v')),
      userProperty(text('k'), binary(bytes))
    ]) {
      expect(await closedFor(5, publish(5, text('a'), properties))).toBe(reasonCodes.malformedPacket)
    }
  })

  it('a pair that keeps to it is passed on as it is', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('a')
    const delivered = nextBytes(client)
    const properties = userProperty(text('ключ'), text('€'))
    client.sendBytes(publish(5, text('a'), properties))
    expect(await delivered).toContain(properties)
  })
})

import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor, refused } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { packet, text } from '../support/wire.js'

statement('MQTT-2.2.2-1', 'A packet without properties says so with a property length of 0.', () => {
  it('what the server sends has it', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    const granted = nextBytes(client)
    await client.subscribe('a', 1)
    expect(await granted).toBe('9004 0001 00 01'.replaceAll(' ', ''))
    const delivered = nextBytes(client)
    await (await instance.connect()).publish('a', 'x', { qos: 1 })
    expect(await delivered).toBe('3207 000161 0001 00 78'.replaceAll(' ', ''))
    const ended = nextBytes(client)
    await client.unsubscribe('a')
    expect(await ended).toBe('b004 0002 00 00'.replaceAll(' ', ''))
  })

  it.each([
    { what: 'SUBSCRIBE', bytes: packet('82', '0001 000161 00') },
    { what: 'UNSUBSCRIBE', bytes: packet('a2', '0001 000161') },
    { what: 'PUBLISH', bytes: packet('30', '000161') }
  ])('$what without it closes the connection', async ({ bytes }) => {
    expect(await closedFor(5, bytes)).toBe(reasonCodes.malformedPacket)
  })

  it('CONNECT without it is refused', async () => {
    const instance = await startInstance()
    const hex = packet('10', `${text('MQTT')} 05 02 0000 ${text('me')}`)
    expect(await refused(instance, hex)).toBe(reasonCodes.malformedPacket)
  })
})

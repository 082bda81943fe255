import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor } from '../support/closed-connections.js'
import { noTest, statement } from '../support/statement.js'
import { packet, text } from '../support/wire.js'

const again = packet('f0', `19${packet('', `15${text('SCRAM-SHA-1')}`)}`)

noTest(
  'MQTT-4.12.1-1',
  'A client that authenticates again names the method of its CONNECT.',
  'binds the client'
)

statement('MQTT-4.12.1-2', 'An authentication anew that fails ends the connection.', () => {
  it('with DISCONNECT: there was none that it could repeat', async () => {
    expect(await closedFor(5, again)).toBe(reasonCodes.protocolError)
  })

  it('and the will is published', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('wills/#')
    const client = await instance.connect({ level: 5, will: { topic: 'wills/me' } })
    client.sendBytes(again)
    expect((await watcher.next('publish')).topic).toBe('wills/me')
    await watcher.expectNothing()
    await client.closed
  })
})

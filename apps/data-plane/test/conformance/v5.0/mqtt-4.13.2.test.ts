import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor, refused, untilClosed } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { connect } from '../support/wire.js'

statement('MQTT-4.13.2-1', 'A reason from 0x80 on ends the connection, whether or not it is told.', () => {
  it('after a CONNACK', async () => {
    const instance = await startInstance({ limits: { connectionsMax: 0 } })
    expect(await refused(instance, connect())).toBe(reasonCodes.quotaExceeded)
    expect(instance.broker.connections.size).toBe(0)
  })

  it('after a DISCONNECT', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5, keepAliveS: 1 })
    instance.sweepIn(1_600)
    expect(await client.closed).toBe(reasonCodes.keepAliveTimeout)
    expect(instance.broker.connections.size).toBe(0)
  })

  it('of the client', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.disconnect(reasonCodes.unspecifiedError)
    expect(client.inbox).toEqual([])
    expect(instance.broker.connections.size).toBe(0)
  })

  it('without a word before CONNECT', async () => {
    expect(await untilClosed(await startInstance(), 'c000')).toHaveLength(0)
  })

  it('without a word when nothing of the stream can be trusted', async () => {
    expect(await closedFor(5, '30ffffffff7f')).toBeNull()
  })
})

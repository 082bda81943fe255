import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { connectOverWebSocket } from '../../support/web-socket.js'
import { keptSession } from '../support/kept-session.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'

statement('MQTT-7.1.2-1', 'A client supports a transport that is ordered and loses nothing.', () => {
  it.each(levelsBefore5)('which of them level %i uses is nothing to its session', async (level) => {
    const instance = await startInstance()
    const overTcp = await instance.connect(keptSession(level))
    await overTcp.subscribe('a', 2)
    await (await instance.connect()).publish('a', 'x', { qos: 2 })
    const { packetId } = await overTcp.next('publish')
    const overWebSocket = await connectOverWebSocket(instance, keptSession(level))
    expect(await overTcp.closed).toBeNull()
    expect(await overWebSocket.next('publish')).toMatchObject({ packetId, dup: true })
    overWebSocket.ack('pubrec', packetId)
    await overWebSocket.next('pubrel')
    const overTcpAgain = await instance.connect(keptSession(level))
    await overWebSocket.closed
    expect(await overTcpAgain.next()).toMatchObject({ type: 'pubrel', packetId })
    overTcpAgain.ack('pubcomp', packetId)
    await overTcpAgain.expectNothing()
  })
})

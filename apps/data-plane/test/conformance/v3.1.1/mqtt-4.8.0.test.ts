import { expect, it } from 'vitest'
import type { Stored } from '../../../src/store/session-store.js'
import { startInstance } from '../../support/data-plane.js'
import { bystander } from '../support/closed-connections.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'

statement('MQTT-4.8.0-1', 'A protocol violation ends the connection on which it came.', () => {
  const violations = atLevelsBefore5([
    { what: 'a packet that only a server sends: CONNACK', bytes: '2002 0000' },
    { what: 'a packet that only a server sends: SUBACK', bytes: '9003 0001 00' },
    { what: 'a packet that only a server sends: UNSUBACK', bytes: 'b002 0001' },
    { what: 'a packet that only a server sends: PINGRESP', bytes: 'd000' },
    { what: 'the reserved type 0', bytes: '0000' },
    { what: 'the reserved type 15', bytes: 'f000' },
    { what: 'a length of five bytes', bytes: '30 ffffffff7f' },
    { what: 'PUBACK with half a packet id', bytes: '4001 00' },
    { what: 'PUBREL with more than a packet id', bytes: '6203 0001 00' },
    { what: 'PINGREQ with a body', bytes: 'c001 00' },
    { what: 'DISCONNECT with a body', bytes: 'e001 00' }
  ])
  it.each(violations)('$what at level $level', async ({ level, bytes }) => {
    await expectClosed(level, bytes)
  })

  it.each(violations)('$what at level $level: nothing behind it is read', async ({ level, bytes }) => {
    const pingreqs = 'c000'.repeat(3)
    await expectClosed(level, bytes + pingreqs)
  })
})

statement('MQTT-4.8.0-2', 'A passing failure while a packet is processed ends its connection.', () => {
  const acknowledged = atLevelsBefore5(([1, 2] as const).map((qos) => ({ qos })))
  it.each(acknowledged)(
    'a PUBLISH of level $level at QoS $qos that cannot be stored is not acknowledged',
    async ({ level, qos }) => {
      const instance = await startInstance()
      const away = await instance.connect(keptSession(level, 'away'))
      await away.subscribe('a', 2)
      await away.disconnect()
      const stillWell = await bystander(instance)
      const client = await instance.connect(keptSession(level))
      const { store } = instance.broker
      const enqueuePersistent = store.enqueuePersistent.bind(store)
      store.enqueuePersistent = (...args: unknown[]) => (args.at(-1) as Stored)(new Error('unreachable'))
      const packetId = client.sendPublish('a', 'x', { qos })
      expect(await client.closed).toBeNull()
      expect(client.inbox).toEqual([])
      store.enqueuePersistent = enqueuePersistent
      await stillWell()

      const again = await instance.connect(keptSession(level))
      await again.publish('a', 'x', { qos, packetId, dup: true })
      const back = await instance.connect(keptSession(level, 'away'))
      expect((await back.receive()).payload.toString()).toBe('x')
      await back.expectNothing()
    }
  )
})

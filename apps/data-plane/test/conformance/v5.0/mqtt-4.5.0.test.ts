import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { keptSession } from '../support/kept-session.js'
import { noTest, statement } from '../support/statement.js'

statement(
  'MQTT-4.5.0-1',
  'A message is added to the session of every client whose subscription matches.',
  () => {
    const pairs = levels.flatMap((level) => [1, 2].map((qos) => ({ level, qos: qos as 1 | 2 })))
    it.each(pairs)('of level $level at QoS $qos: present, absent, and no other', async ({ level, qos }) => {
      const instance = await startInstance()
      const present = await instance.connect({ level })
      const absent = await instance.connect(keptSession(level, 'absent'))
      const other = await instance.connect(keptSession(level, 'other'))
      await present.subscribe('a/+', qos)
      await absent.subscribe('a/#', qos)
      await other.subscribe('b', qos)
      for (const client of [absent, other]) await client.destroy()
      const publisher = await instance.connect()
      for (const payload of ['1', '2']) await publisher.publish('a/b', payload, { qos })
      const back = await instance.connect(keptSession(level, 'absent'))
      for (const client of [present, back]) {
        for (const payload of ['1', '2']) {
          expect(await client.receive()).toMatchObject({ topic: 'a/b', payload: Buffer.from(payload), qos })
        }
        await client.expectNothing()
      }
      await (await instance.connect(keptSession(level, 'other'))).expectNothing()
    })
  }
)

noTest(
  'MQTT-4.5.0-2',
  'A client acknowledges each message by its QoS, whatever it does with it.',
  'binds the client'
)

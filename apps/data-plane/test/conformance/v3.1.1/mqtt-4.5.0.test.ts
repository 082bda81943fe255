import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'

statement(
  'MQTT-4.5.0-1',
  'A message is added to the session of every client whose subscription matches.',
  () => {
    const pairs = atLevelsBefore5(([1, 2] as const).map((qos) => ({ qos })))
    it.each(pairs)('of level $level at QoS $qos: present, absent, and no other', async ({ level, qos }) => {
      const instance = await startInstance()
      const publisher = await instance.connect({ level })
      const present = await instance.connect({ level })
      const absent = await instance.connect(keptSession(level, 'absent'))
      const other = await instance.connect(keptSession(level, 'other'))
      for (const client of [publisher, present]) await client.subscribe('a/+', qos)
      await absent.subscribe('a/#', qos)
      await other.subscribe('b', qos)
      for (const client of [absent, other]) await client.disconnect()
      for (const payload of ['1', '2']) await publisher.publish('a/b', payload, { qos })
      const back = await instance.connect(keptSession(level, 'absent'))
      for (const client of [publisher, present, back]) {
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

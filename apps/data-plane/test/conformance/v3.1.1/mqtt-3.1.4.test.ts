import { eventually } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { bystander, untilClosed } from '../support/closed-connections.js'
import { expectNotAnswered } from '../support/closed-without-a-word.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'
import { binary, connect, packet, publish, text, will } from '../support/wire.js'

const me = text('me')

statement(
  'MQTT-3.1.4-1',
  'A CONNECT that is not as the specification asks is closed without a CONNACK.',
  () => {
    const wrong = atLevelsBefore5([
      { what: 'bytes behind its end', flags: '02', payload: `${me}00` },
      { what: 'a client id beyond its end', flags: '02', payload: '0003 6d65' },
      { what: 'a will to a topic with a wildcard', flags: '06', payload: me + will(4, text('wills/#')) },
      { what: 'a will to an empty topic', flags: '06', payload: me + will(4, text('')) },
      { what: 'a will message beyond its end', flags: '06', payload: `${me}${text('wills/me')}00ff ff` },
      { what: 'a password without a user name', flags: '42', payload: me + binary('ff') }
    ])
    it.each(wrong)('of level $level with $what', async ({ level, flags, payload }) => {
      await expectNotAnswered(connect({ level, flags, payload }))
    })

    it.each(levelsBefore5)('of level %i that ends early, wherever it does', async (level) => {
      const instance = await startInstance()
      const stillWell = await bystander(instance)
      const body = connect({ level, payload: me }).slice(4)
      for (let end = 0; end < body.length; end += 2) {
        expect(await untilClosed(instance, packet('10', body.slice(0, end)))).toHaveLength(0)
      }
      await stillWell()
      expect(instance.drops('protocol_violation')).toBe(body.length / 2)
    })
  }
)

statement('MQTT-3.1.4-2', 'A client id that is connected takes over: the older connection is closed.', () => {
  it.each(levelsBefore5)('at level %i, without a word, and nobody else is closed', async (level) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const older = untilClosed(instance, connect({ level, payload: me }))
    await eventually(() => expect(instance.broker.clients).toHaveProperty('me'))
    const newer = await instance.connect({ level, clientId: 'me' })
    expect((await older).toString('hex')).toBe('20020000')
    await newer.expectNothing()
    await stillWell()
    expect(instance.broker.connectedClients).toBe(2)
  })
})

noTest(
  'MQTT-3.1.4-3',
  'The server does with the session what Clean Session says.',
  'shown by [MQTT-3.1.2-4] and [MQTT-3.1.2-6]'
)

statement('MQTT-3.1.4-4', 'A CONNECT that is accepted is answered with CONNACK and return code 0.', () => {
  it.each(levelsBefore5)('at level %i, and with nothing else', async (level) => {
    const instance = await startInstance()
    const disconnect = 'e000'
    expect((await untilClosed(instance, connect({ level }) + disconnect)).toString('hex')).toBe('20020000')
  })
})

statement('MQTT-3.1.4-5', 'What follows a CONNECT that is refused is not processed.', () => {
  const subscribe = '8206 0001 0001 23 00'
  const pingreq = 'c000'

  it.each(levelsBefore5)('at level %i, in the same segment', async (level) => {
    const { instance, watcher } = await startWatched()
    await instance.change({ limits: { connectionsMax: 1 } })
    const rest = publish(level, text('a')) + subscribe + pingreq
    expect((await untilClosed(instance, connect({ level }) + rest)).toString('hex')).toBe('20020003')
    await watcher.expectNothing()
  })

  it.each(levelsBefore5)('at level %i, later', async (level) => {
    const { instance, watcher } = await startWatched()
    await instance.change({ limits: { connectionsMax: 1 } })
    const client = await instance.open()
    expect(await client.connect({ level })).toMatchObject({ reasonCode: 3 })
    client.sendBytes(publish(level, text('a')) + subscribe + pingreq)
    await client.closed
    expect(client.inbox).toEqual([])
    await watcher.expectNothing()
  })
})

import { expect, it } from 'vitest'
import { type InstanceOptions, startInstance } from '../../support/data-plane.js'
import { refused, untilClosed } from '../support/closed-connections.js'
import { expectNotAnswered } from '../support/closed-without-a-word.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { connect, text, will } from '../support/wire.js'

const me = text('me')

statement('MQTT-3.2.2-1', 'With Clean Session, Session Present is 0 beside return code 0.', () => {
  it('also when there was a session, even one that is connected', async () => {
    const instance = await startInstance()
    await instance.connect(keptSession(4))
    const clean = await instance.connect({ level: 4, clientId: 'me', cleanStart: true })
    expect(clean.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
    const again = await instance.connect({ level: 4, clientId: 'me', cleanStart: true })
    expect(again.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
  })
})

statement(
  'MQTT-3.2.2-2',
  'Without Clean Session, Session Present is 1 when the server has a session.',
  () => {
    it.each(['disconnect', 'destroy'] as const)('after %s, also one without subscriptions', async (leave) => {
      const instance = await startInstance()
      const client = await instance.connect(keptSession(4))
      await client[leave]()
      for (let time = 0; time < 2; time++) {
        const answer = await untilClosed(instance, `${connect({ level: 4, flags: '00', payload: me })}e000`)
        expect(answer.toString('hex')).toBe('20020100')
      }
    })

    it('at a takeover', async () => {
      const instance = await startInstance()
      await instance.connect(keptSession(4))
      expect((await instance.connect(keptSession(4))).connack.sessionPresent).toBe(true)
    })
  }
)

statement('MQTT-3.2.2-3', 'Session Present is 0 beside return code 0 when the server has no session.', () => {
  it('of this client id', async () => {
    const instance = await startInstance()
    await instance.connect(keptSession(4, 'other'))
    const { connack } = await instance.connect(keptSession(4))
    expect(connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
  })

  it('any more, after a clean one', async () => {
    const instance = await startInstance()
    await (await instance.connect(keptSession(4))).disconnect()
    await (await instance.connect({ level: 4, clientId: 'me' })).disconnect()
    expect((await instance.connect(keptSession(4))).connack.sessionPresent).toBe(false)
  })
})

statement('MQTT-3.2.2-4', 'A return code other than 0 has Session Present 0.', () => {
  it.each(levelsBefore5)('at level %i, also when there is a session', async (level) => {
    const instance = await startInstance()
    await (await instance.connect(keptSession(level))).disconnect()
    await instance.change({ anonymous: false })
    const answer = await untilClosed(instance, connect({ level, flags: '00', payload: me }))
    expect(answer.toString('hex')).toBe('20020005')
  })
})

interface Refusal {
  why: string
  connect?: { flags: string; payload: string }
  options?: InstanceOptions
  returnCode: number
}

const refusals = atLevelsBefore5<Refusal>([
  {
    why: 'an empty client id without Clean Session',
    connect: { flags: '00', payload: text('') },
    returnCode: 2
  },
  { why: 'a connection too many', options: { limits: { connectionsMax: 0 } }, returnCode: 3 },
  {
    why: 'a user name that nobody knows',
    connect: { flags: '82', payload: me + text('name') },
    options: { anonymous: false },
    returnCode: 4
  },
  { why: 'no user name', options: { anonymous: false }, returnCode: 5 },
  {
    why: 'a will to a topic of the service',
    connect: { flags: '06', payload: me + will(4, text('$SYS/a')) },
    returnCode: 5
  },
  {
    why: 'a will to a topic that is too deep',
    connect: { flags: '06', payload: me + will(4, text('a/b/c')) },
    options: { limits: { topicLevelsMax: 2 } },
    returnCode: 5
  }
])

statement('MQTT-3.2.2-5', 'After a return code other than 0 the server closes the connection.', () => {
  it.each(refusals)('for $why at level $level', async ({ level, connect: fields, options, returnCode }) => {
    const instance = await startInstance(options)
    expect(await refused(instance, connect({ level, ...fields }))).toBe(returnCode)
    expect(instance.drops('connection_refused')).toBe(1)
    expect(instance.broker.connections.size).toBe(0)
  })
})

statement('MQTT-3.2.2-6', 'A refusal that no return code describes is a close without CONNACK.', () => {
  it.each(levelsBefore5)('of a CONNECT of level %i that is malformed', async (level) => {
    await expectNotAnswered(connect({ level, flags: '1e', payload: me + will(level) }))
    await expectNotAnswered(connect({ level, payload: '' }))
  })

  it.each(levelsBefore5)('of a CONNECT of level %i that is too large', async (level) => {
    const client = await (await startInstance()).open()
    client.sendConnect({ level, will: { topic: 'wills/me', payload: Buffer.alloc(65_535) } })
    expect((await client.next('connack')).reasonCode).toBe(0)
    const announced256MiB = '10 ffffff7f'
    await expectNotAnswered(announced256MiB + connect({ level }).slice(4))
  })
})

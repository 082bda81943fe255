import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor, refused, told } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { connect } from '../support/wire.js'

/** 3.1 does not reserve flags: it leaves them unused. */
const reserving = [4, 5] as const

const flagged = reserving.flatMap((level) => {
  const properties = level === 5 ? '00' : ''
  const subscribe = level === 5 ? '07' : '06'
  const unsubscribe = level === 5 ? '06' : '05'
  return [
    { what: 'PUBACK', bytes: '4102 0001' },
    { what: 'PUBREC', bytes: '5202 0001' },
    { what: 'PUBREL without its flag', bytes: '6002 0001' },
    { what: 'PUBREL with DUP', bytes: '6a02 0001' },
    { what: 'PUBCOMP', bytes: '7802 0001' },
    { what: 'SUBSCRIBE without its flag', bytes: `80${subscribe} 0001 ${properties} 0001 61 00` },
    { what: 'SUBSCRIBE with one too many', bytes: `83${subscribe} 0001 ${properties} 0001 61 00` },
    { what: 'UNSUBSCRIBE without its flag', bytes: `a0${unsubscribe} 0001 ${properties} 0001 61` },
    { what: 'UNSUBSCRIBE with another one', bytes: `a6${unsubscribe} 0001 ${properties} 0001 61` },
    { what: 'PINGREQ', bytes: 'c400' },
    { what: 'DISCONNECT', bytes: 'e100' }
  ].map((packet) => ({ ...packet, level }))
})

statement('MQTT-2.1.3-1', 'The reserved flags of the fixed header have the values that are listed.', () => {
  it.each(flagged)('$what with wrong flags closes a connection of level $level', async ({ level, bytes }) => {
    expect(await closedFor(level, bytes)).toBe(told(level, reasonCodes.malformedPacket))
  })

  it.each(reserving)('CONNECT with flags is refused to level %i', async (level) => {
    const instance = await startInstance()
    for (const firstByte of ['11', '12', '18']) {
      expect(await refused(instance, connect({ level, firstByte }))).toBe(
        told(level, reasonCodes.malformedPacket)
      )
    }
  })

  it.each(reserving)('what the server sends to level %i has them', async (level) => {
    const instance = await startInstance()
    const client = await instance.open()
    async function answerTo(step: () => void): Promise<string> {
      const answer = nextBytes(client)
      step()
      return (await answer).slice(0, 2)
    }
    expect(await answerTo(() => client.sendConnect({ level }))).toBe('20')
    expect(await answerTo(() => void client.subscribe('a', 2))).toBe('90')
    expect(await answerTo(() => client.sendPublish('b', 'x', { qos: 1, packetId: 1 }))).toBe('40')
    expect(await answerTo(() => client.sendPublish('b', 'x', { qos: 2, packetId: 2 }))).toBe('50')
    expect(await answerTo(() => client.ack('pubrel', 2))).toBe('70')
    const publisher = await instance.connect()
    expect(await answerTo(() => publisher.sendPublish('a', 'x', { qos: 2 }))).toBe('34')
    expect(await answerTo(() => client.ack('pubrec', 1))).toBe('62')
    expect(await answerTo(() => void client.unsubscribe('a'))).toBe('b0')
    expect(await answerTo(() => client.send({ type: 'pingreq' }))).toBe('d0')
    if (level === 5) expect(await answerTo(() => client.send({ type: 'auth', reasonCode: 0 }))).toBe('e0')
  })
})

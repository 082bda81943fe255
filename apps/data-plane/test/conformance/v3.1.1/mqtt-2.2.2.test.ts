import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed, expectNotAnswered } from '../support/closed-without-a-word.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { connect } from '../support/wire.js'

statement('MQTT-2.2.2-1', 'The reserved flags of the fixed header have the values that are listed.', () => {
  it.each(levelsBefore5)('in all that the server sends to level %i', async (level) => {
    const instance = await startInstance()
    const client = await instance.open()
    async function firstByteAfter(step: () => void): Promise<string> {
      const answer = nextBytes(client)
      step()
      return (await answer).slice(0, 2)
    }
    expect(await firstByteAfter(() => client.sendConnect({ level }))).toBe('20')
    expect(await firstByteAfter(() => void client.subscribe('a', 2))).toBe('90')
    expect(await firstByteAfter(() => client.sendPublish('b', 'x', { qos: 1, packetId: 1 }))).toBe('40')
    expect(await firstByteAfter(() => client.sendPublish('b', 'x', { qos: 2, packetId: 2 }))).toBe('50')
    expect(await firstByteAfter(() => client.ack('pubrel', 2))).toBe('70')
    const publisher = await instance.connect()
    expect(await firstByteAfter(() => publisher.sendPublish('a', 'x', { qos: 2 }))).toBe('34')
    expect(await firstByteAfter(() => client.ack('pubrec', 1))).toBe('62')
    expect(await firstByteAfter(() => void client.unsubscribe('a'))).toBe('b0')
    expect(await firstByteAfter(() => client.send({ type: 'pingreq' }))).toBe('d0')
  })
})

const flags = [...'0123456789abcdef']

function allBut(right: string, packet: string, rest: string): string[] {
  return flags.filter((flag) => flag !== right).map((flag) => `${packet}${flag}${rest}`)
}

statement('MQTT-2.2.2-2', 'Wrong flags end the connection.', () => {
  it.each([
    { what: 'PUBACK', bytes: allBut('0', '4', '02 0001') },
    { what: 'PUBREC', bytes: allBut('0', '5', '02 0001') },
    { what: 'PUBCOMP', bytes: allBut('0', '7', '02 0001') },
    { what: 'PINGREQ', bytes: allBut('0', 'c', '00') }
  ])('of $what', async ({ bytes }) => {
    for (const hex of bytes) await expectClosed(4, hex)
  })

  it('of CONNECT, before any answer', async () => {
    for (const firstByte of allBut('0', '1', '')) await expectNotAnswered(connect({ level: 4, firstByte }))
  })
})

import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { untilClosed } from '../support/closed-connections.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'
import { connect } from '../support/wire.js'

noTest(
  'MQTT-7.0.0-1',
  'A server that also connects to other servers conforms as a client as well.',
  'this server connects to no other server'
)

/** What a client sends in one segment, and what comes back, in this order. */
const conversation = [
  { sent: '8206 0001 0001 61 01', answer: '9003 0001 01' },
  { sent: '3005 0001 61 7830', answer: '3005 0001 61 7830' },
  { sent: '3207 0001 62 0002 7831', answer: '4002 0002' },
  { sent: '3407 0001 62 0003 7832', answer: '5002 0003' },
  { sent: '6202 0003', answer: '7002 0003' },
  { sent: 'a205 0004 0001 61', answer: 'b002 0004' },
  { sent: 'c000', answer: 'd000' },
  { sent: 'e000', answer: '' }
]

function hexOf(part: 'sent' | 'answer'): string {
  return conversation.map((step) => step[part].replaceAll(' ', '')).join('')
}

statement('MQTT-7.0.0-2', 'No extension of the protocol is needed to work together.', () => {
  it.each(levelsBefore5)('with a client of level %i, and none is used', async (level) => {
    const accepted = '20020000'
    const answer = await untilClosed(await startInstance(), connect({ level }) + hexOf('sent'))
    expect(answer.toString('hex')).toBe(accepted + hexOf('answer'))
  })
})

import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { wrongSubscriptionFlags } from '../support/wrong-flags.js'

const wrong = wrongSubscriptionFlags.filter(({ level }) => level === 4)

statement('MQTT-3.6.1-1', 'PUBREL has the flags 0010; any other value ends the connection.', () => {
  it.each(wrong)('flags $flags', async ({ flags }) => {
    await expectClosed(4, `6${flags}02 0001`)
  })

  it.each(levelsBefore5)('with the right ones level %i is answered', async (level) => {
    const client = await (await startInstance()).connect({ level })
    client.sendBytes('3405 0001 61 0001  6202 0001')
    expect((await client.next()).type).toBe('pubrec')
    expect(await client.next()).toMatchObject({ type: 'pubcomp', packetId: 1 })
    await client.expectNothing()
  })
})

import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'

statement(
  'MQTT-3.14.1-1',
  'The reserved bits of DISCONNECT are 0; otherwise the connection is closed.',
  () => {
    it.each([...'123456789abcdef'])('flags %s', async (flags) => {
      await expectClosed(4, `e${flags}00`)
    })

    it('it is no normal end then: the will is published', async () => {
      const { instance, watcher } = await startWatched()
      const client = await instance.connect({ level: 4, will: { topic: 'wills/me' } })
      client.sendBytes('e100')
      expect(await client.closed).toBeNull()
      expect((await watcher.receive()).topic).toBe('wills/me')
      expect(instance.drops('protocol_violation')).toBe(1)
    })

    it('with the right ones it is no violation', async () => {
      const instance = await startInstance()
      const client = await instance.connect({ level: 4 })
      client.sendBytes('e000')
      await client.closed
      expect(instance.drops('protocol_violation')).toBe(0)
    })
  }
)

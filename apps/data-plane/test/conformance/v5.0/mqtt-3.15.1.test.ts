import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { closedFor } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'

const wrongFlags = [...'123456789abcdef']

statement('MQTT-3.15.1-1', 'The flags of AUTH are 0; any other value ends the connection.', () => {
  // Without a method in CONNECT every AUTH is a protocol error, whatever its flags (docs/decisions/0006).
  it.each(wrongFlags)('with flags %s', async (flags) => {
    expect(await closedFor(5, `f${flags}00`)).toBe(reasonCodes.protocolError)
  })

  it.each([3, 4] as const)('level %i has no such packet, with any flags', async (level) => {
    for (const flags of ['0', ...wrongFlags]) expect(await closedFor(level, `f${flags}00`)).toBeNull()
  })
})

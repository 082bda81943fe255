import { v3ConnackCodes } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { commonScenarios } from './common-scenarios.js'

// The scenarios of client_test.py in Eclipse Paho's interoperability suite, under its names. Left out: subscribe failure, which
// asks that "test/nosubscribe" be refused; that is a matter of authorization policies.
describe("Paho's suite for 3.1.1", () => {
  commonScenarios(4)

  it('zero length client id: needs a clean session', async () => {
    const instance = await startInstance()
    const refused = await instance.open()
    const { reasonCode } = await refused.connect({ clientId: '', cleanStart: false })
    expect(reasonCode).toBe(v3ConnackCodes.identifierRejected)
    await refused.closed
    const client = await instance.connect({ clientId: '' })
    expect(client.connack.sessionPresent).toBe(false)
    await client.ping()
  })
})

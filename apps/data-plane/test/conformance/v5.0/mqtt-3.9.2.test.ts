import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { noTest, statement } from '../support/statement.js'
import { tightClient } from '../support/tight-client.js'

statement('MQTT-3.9.2-1', 'SUBACK has no Reason String that makes it too large for its client.', () => {
  it('says only why the subscription failed', async () => {
    const client = await tightClient(await startInstance())
    const { reasonCodes: codes, properties } = await client.subscribe('$parley/inbox/1')
    expect(codes).toEqual([reasonCodes.notAuthorized])
    expect(properties).toBeUndefined()
    await client.expectNothing()
  })
})

noTest(
  'MQTT-3.9.2-2',
  'SUBACK has no User Property that makes it too large for its client.',
  'shown by [MQTT-3.9.2-1]'
)

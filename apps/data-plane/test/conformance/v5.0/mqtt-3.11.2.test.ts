import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { noTest, statement } from '../support/statement.js'
import { tightClient } from '../support/tight-client.js'

statement('MQTT-3.11.2-1', 'UNSUBACK has no Reason String that makes it too large for its client.', () => {
  it('says only that there was no subscription', async () => {
    const client = await tightClient(await startInstance())
    const { reasonCodes: codes, properties } = await client.unsubscribe('never')
    expect(codes).toEqual([reasonCodes.noSubscriptionExisted])
    expect(properties).toBeUndefined()
    await client.expectNothing()
  })
})

noTest(
  'MQTT-3.11.2-2',
  'UNSUBACK has no User Property that makes it too large for its client.',
  'shown by [MQTT-3.11.2-1]'
)

import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { noTest, statement } from '../support/statement.js'

const { noSubscriptionExisted, success } = reasonCodes

statement('MQTT-3.11.3-1', 'The reason codes of UNSUBACK are in the order of the filters.', () => {
  it('each says whether its subscription was there', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    await client.subscribe(['z', 'a/#', '$share/group/m'])
    const { reasonCodes: codes } = await client.unsubscribe('a/#', 'a', '$share/group/m', 'm', 'z')
    expect(codes).toEqual([success, noSubscriptionExisted, success, noSubscriptionExisted, success])
    await client.expectNothing()
  })
})

noTest(
  'MQTT-3.11.3-2',
  'UNSUBACK has one of the listed reason codes for each filter.',
  'shown by [MQTT-3.11.3-1]'
)

import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../support/data-plane.js'
import { allQos } from '../support/versions.js'
import {
  type MosquittoVersion,
  mosquitto,
  mosquittoInstalled,
  mosquittoVersions,
  printed,
  readPrinted
} from './mosquitto-side.js'

const giveUpAfterS = '8'
const versions = Object.keys(mosquittoVersions) as MosquittoVersion[]

let instance: TestInstance
beforeAll(async () => {
  // What answers here is a responder of its own, not the broker for it.
  instance = await startInstance({ autoReply: { enabled: false } })
})
afterAll(cleanUpFile)

describe.skipIf(!mosquittoInstalled && !process.env.CI).each(versions)('mosquitto_rr %s', (version) => {
  for (const requesterQos of allQos) {
    for (const responderQos of allQos) {
      it(`at QoS ${requesterQos} is answered by a responder at QoS ${responderQos}`, async () => {
        const pair = `${version}/${requesterQos}/${responderQos}`
        const [ask, tell] = [`ask/${pair}`, `tell/${pair}`]
        const qos = Math.min(requesterQos, responderQos)
        const responder = await instance.connect({ level: 5, autoAck: true })
        await responder.subscribe(ask, responderQos)

        const asking = ['-t', ask, '-e', tell, '-m', 'open', '-q', `${requesterQos}`]
        const requester = mosquitto('rr', instance, version, [...asking, ...printed, '-W', giveUpAfterS])
        const request = await responder.receive()
        expect(request).toMatchObject({ topic: ask, payload: Buffer.from('open'), qos })
        // Only version 5 can say where the answer belongs.
        expect(request.properties?.responseTopic).toBe(version === '5.0' ? tell : undefined)

        await responder.publish(tell, 'opened', { qos: responderQos })
        await requester.ended
        expect(requester.lines.map(readPrinted)).toEqual([{ topic: tell, payload: 'opened', qos }])
      })
    }
  }
})

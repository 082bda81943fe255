import type { DevFile } from '@parley/contracts'
import { reachable, type Settings } from './environment.js'
import { seconds } from './steps.js'

/** What a person needs to try it: addresses, and lines to copy into another terminal. */
export function banner(dev: DevFile, { bind, dataDir }: Settings, tookMs: number): string {
  const mqttHost = reachable(bind)
  const { instanceId, mqttPort, wsUrl, httpUrl } = dev.demo
  const broker = `-h ${mqttHost} -p ${mqttPort}`
  return `
Parley: ready in ${seconds(tookMs)}

  Admin UI    ${dev.adminUrl}   (${dev.adminEmail} / ${dev.adminPassword})
  API         ${dev.apiUrl}
  API key     ${dev.apiKey}
  MQTT        mqtt://${mqttHost}:${mqttPort}   (instance "demo", ${instanceId}, anonymous)
  WebSocket   ${wsUrl}
  HTTP        ${httpUrl}
  Logs        ${dataDir}/logs

A device that only speaks MQTT 3.1.1 answers a request by acknowledging it. The device:

  mosquitto_sub ${broker} -V mqttv311 -i door-1 -q 1 -t 'cmd/#' -v

In another terminal, a request that waits for its reply:

  mosquitto_rr ${broker} -V mqttv5 -i panel-1 -q 1 -t cmd/door -e replies/panel-1 -m open -W 5

The same with MQTT.js:

  node -e "const c = require('mqtt').connect('mqtt://${mqttHost}:${mqttPort}', { protocolVersion: 5 }); c.on('message', (t, p) => { console.log(String(p)); c.end() }); c.subscribe('replies/js', { qos: 1 }, () => c.publish('cmd/door', 'open', { qos: 1, properties: { responseTopic: 'replies/js' } }))"

The reply, which the device never wrote:

  {"id":"0193...","instanceId":"${instanceId}","publisherClientId":"panel-1","subscriberClientId":"door-1",
   "subscriberUsername":null,"subscriberClientHost":"127.0.0.1:50112","topic":"cmd/door","qos":1,
   "pubProps":{"responseTopic":"replies/panel-1"},"messageReceivedAt":1764000000000}

Ctrl-C stops everything.
`
}

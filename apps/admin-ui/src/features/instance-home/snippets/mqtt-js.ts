import { cast, type Role, repliesOf, type Target } from './snippet'

/** An ECMAScript module for MQTT.js 5. */
export function mqttJs(target: Target, role: Role): string[] {
  return [role === 'responder' ? responder(target) : requester(target, role)]
}

function responder(target: Target): string {
  return `${connect(target, 'responder')}
client.on('message', (topic, payload) => console.log(topic, payload.toString()))
await client.subscribeAsync('${cast.commands}', { qos: 1 })
// MQTT.js acknowledges each message; Parley makes the reply of that.
`
}

function requester(target: Target, role: Role): string {
  const publish =
    role === 'requesterV5'
      ? `{
  qos: 1,
  properties: { responseTopic: replies, correlationData: Buffer.from('${cast.correlationData}') }
}`
      : '{ qos: 1 }'
  return `${connect(target, role)}
const replies = '${repliesOf(role)}'
client.on('message', (topic, payload) => {
  console.log(payload.toString())
  client.end()
})
await client.subscribeAsync(replies, { qos: 1 })
await client.publishAsync('${cast.command}', '${cast.request}', ${publish})
`
}

function connect({ url, anonymous }: Target, role: Role): string {
  const version = role === 'requesterV5' ? 'protocolVersion: 5,' : 'protocolVersion: 4, // MQTT 3.1.1'
  const login = anonymous ? '' : `,\n  username: '${cast.username}',\n  password: '${cast.password}'`
  return `import mqtt from 'mqtt'

const client = await mqtt.connectAsync('${url}', {
  ${version}
  clientId: '${cast.clientId[role]}'${login}
})
client.on('error', (error) => console.error(error.message))`
}

import { cast, type Role, repliesOf, type Target } from './snippet'

/** For paho-mqtt 1.x and 2.x, which differ in how a client is made. */
export function python(target: Target, role: Role): string[] {
  return [role === 'responder' ? responder(target) : requester(target, role)]
}

function responder(target: Target): string {
  return `import paho.mqtt.client as mqtt

${client(target, 'responder')}


def on_connect(client, userdata, flags, reason, properties=None):
    print("connected:", reason)
    client.subscribe("${cast.commands}", qos=1)


def on_message(client, userdata, message):
    print(message.topic, message.payload.decode())
    # paho acknowledges the message; Parley makes the reply of that.


client.on_connect = on_connect
client.on_message = on_message
${run(target)}
`
}

function requester(target: Target, role: Role): string {
  const v5 = role === 'requesterV5'
  const imports = v5
    ? `
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties`
    : ''
  const request = v5
    ? `    request = Properties(PacketTypes.PUBLISH)
    request.ResponseTopic = REPLIES
    request.CorrelationData = b"${cast.correlationData}"
    client.publish("${cast.command}", '${cast.request}', qos=1, properties=request)`
    : `    client.publish("${cast.command}", '${cast.request}', qos=1)`
  return `import paho.mqtt.client as mqtt${imports}

REPLIES = "${repliesOf(role)}"
${client(target, role)}


def on_connect(client, userdata, flags, reason, properties=None):
    print("connected:", reason)
    client.subscribe(REPLIES, qos=1)


def on_subscribe(client, userdata, mid, reasons, properties=None):
${request}


def on_message(client, userdata, message):
    print(message.payload.decode())
    client.disconnect()


client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
${run(target)}
`
}

function client({ anonymous }: Target, role: Role): string {
  const protocol = role === 'requesterV5' ? 'MQTTv5' : 'MQTTv311'
  const login = anonymous ? '' : `\nclient.username_pw_set("${cast.username}", "${cast.password}")`
  return `# paho-mqtt 2 wants to be told which callbacks it calls, 1.x knows no choice
callbacks = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*callbacks, client_id="${cast.clientId[role]}", protocol=mqtt.${protocol})${login}`
}

function run({ host, port }: Target): string {
  return `client.connect("${host}", ${port})
client.loop_forever()`
}

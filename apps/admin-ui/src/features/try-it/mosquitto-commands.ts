import { mosquittoAddress, shellQuoted } from '../../lib/shell'
import type { SentRequest } from './exchange'
import type { ResponderFields } from './prefill'

export interface Scene {
  /** `mqtt://host:port` */
  endpoint: string
  responder: ResponderFields
  request: SentRequest
  /** The instance wants usernames: the commands leave a place for them. */
  credentials: boolean
}

/** A client id of its own: with that of the page the server would close the page's connection. */
const ownSuffix = '-shell'
/** After this the requester gives up. */
const waitS = 10

/** The same scene for two terminals, ready to be pasted into a shell. */
export function mosquittoCommands(scene: Scene): { responder: string; requester: string } {
  const { version } = scene.request
  return { responder: responderCommand(scene), requester: version === '5.0' ? modern(scene) : old(scene) }
}

function responderCommand(scene: Scene): string {
  const { filter, qos } = scene.responder
  return `mosquitto_sub ${connection(scene)} -V mqttv311 -q ${qos} -t ${shellQuoted(filter)} -v`
}

function modern(scene: Scene): string {
  const { replyTopic, correlation } = scene.request
  const data = correlation === undefined ? '' : ` -D PUBLISH correlation-data ${shellQuoted(correlation)}`
  return lines(
    `mosquitto_rr ${connection(scene)} -V mqttv5 -W ${waitS}`,
    message(scene),
    `-e ${shellQuoted(`${replyTopic}${ownSuffix}`)}${data}`
  )
}

/** A 3.1.1 client cannot send where it waits; the rule builds the topic from its client id. */
function old(scene: Scene): string {
  const { clientId, replyTopic } = scene.request
  const ownId = `${clientId}${ownSuffix}`
  return lines(
    `mosquitto_rr ${connection(scene)} -V mqttv311 -W ${waitS}`,
    message(scene),
    `-i ${shellQuoted(ownId)} -e ${shellQuoted(replyTopic.replaceAll(clientId, ownId))}`
  )
}

function connection({ endpoint, credentials }: Scene): string {
  return `${mosquittoAddress(endpoint)}${credentials ? " -u '<username>' -P '<password>'" : ''}`
}

function message({ request: { qos, topic, payload } }: Scene): string {
  return `-q ${qos} -t ${shellQuoted(topic)} -m ${shellQuoted(payload)}`
}

function lines(...parts: string[]): string {
  return parts.join(' \\\n  ')
}

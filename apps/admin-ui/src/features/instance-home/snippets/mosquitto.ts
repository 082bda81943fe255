import { cast, type Role, repliesOf, type Target } from './snippet'

const lineBreak = ' \\\n  '
const waitS = 5

/** The commands of Mosquitto: one that responds, or one that listens and one that asks. */
export function mosquitto(target: Target, role: Role): string[] {
  const clientId = cast.clientId[role]
  if (role === 'responder') {
    return [command('mosquitto_sub', target, 'mqttv311', clientId, [`-q 1 -t '${cast.commands}' -v`])]
  }
  const version = versionOf(role)
  const replies = repliesOf(role)
  return [
    command('mosquitto_sub', target, version, `${clientId}-replies`, [`-q 1 -t ${replies} -C 1`]),
    command('mosquitto_pub', target, version, clientId, [
      `-q 1 -t ${cast.command} -m '${cast.request}'`,
      ...(role === 'requesterV5'
        ? [`-D publish response-topic ${replies}`, `-D publish correlation-data ${cast.correlationData}`]
        : [])
    ])
  ]
}

/** Asks, prints the reply and ends; it also speaks 3.1.1, where it only listens on the topic of the rule. */
export function mosquittoRr(target: Target, role: Role): string[] {
  if (role === 'responder') return []
  const clientId = cast.clientId[role]
  return [
    command('mosquitto_rr', target, versionOf(role), clientId, [
      `-q 1 -t ${cast.command} -e ${repliesOf(role)}`,
      `-m '${cast.request}' -W ${waitS}`,
      ...(role === 'requesterV5' ? [`-D publish correlation-data ${cast.correlationData}`] : [])
    ])
  ]
}

function versionOf(role: Role): string {
  return role === 'requesterV5' ? 'mqttv5' : 'mqttv311'
}

function command(
  program: string,
  target: Target,
  version: string,
  clientId: string,
  lines: string[]
): string {
  const { host, port, anonymous } = target
  const login = anonymous ? [] : [`-u ${cast.username} -P ${cast.password}`]
  const head = `${program} -h ${host} -p ${port} -V ${version} -i ${clientId}`
  return [head, ...login, ...lines].join(lineBreak)
}

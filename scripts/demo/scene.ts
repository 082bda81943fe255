import { randomBytes } from 'node:crypto'
import type { DevFile } from '@parley/contracts'
import { Actor } from './actor.js'
import { step } from './demo-error.js'
import { Operator } from './operator.js'
import { printHeading, printLine, printReply } from './script-lines.js'

const requestTopic = 'cmd/door'
const correlation = 'c-1'
const responseTopic = 'replies/${clientId}'
const correlationData = '${payload.requestId}'
const oldRequest = '{"requestId":"r-1"}'

/** What the acts need. */
interface Stage {
  operator: Operator
  /** Part of every name, so that two demos do not meet. */
  suffix: string
  /** Lets a client in; all of them leave when the scene ends. */
  enter(version: 4 | 5, name: string): Promise<Actor>
}

/** A responder that only acknowledges, a v5 requester, then a 3.1.1 requester with the help of a rule. */
export async function playScene(dev: DevFile): Promise<void> {
  const { mqttPort, instanceId, httpUrl } = dev.demo
  const host = new URL(httpUrl).hostname
  const actors: Actor[] = []
  const suffix = randomBytes(3).toString('hex')
  const stage: Stage = {
    operator: new Operator(dev),
    suffix,
    enter: async (version, name) => {
      const actor = await Actor.connect(host, mqttPort, version, `${name}-${suffix}`)
      actors.push(actor)
      return actor
    }
  }
  printHeading(`Instance ${instanceId} on mqtt://${host}:${mqttPort}`)
  try {
    const responder = await enterResponder(stage)
    await playNewRequester(stage, responder)
    await playOldRequester(stage, responder)
  } finally {
    await Promise.all(actors.map((actor) => actor.leave()))
  }
  console.log()
}

async function enterResponder(stage: Stage): Promise<Actor> {
  const responder = await stage.enter(4, 'door')
  await responder.subscribe('cmd/#')
  printLine('responder', responder.speaks, 'subscribes to cmd/# at QoS 1; all it will do is acknowledge')
  return responder
}

async function playNewRequester(stage: Stage, responder: Actor): Promise<void> {
  printHeading('A requester that speaks MQTT 5')
  const requester = await stage.enter(5, 'panel')
  const topic = `replies/${requester.clientId}`
  await requester.subscribe(topic)
  const request = responder.request(requestTopic, 'open')
  const reply = requester.reply(topic, responder)
  await requester.publish(requestTopic, 'open', {
    responseTopic: topic,
    correlationData: Buffer.from(correlation)
  })
  const sent = `publishes "open" on ${requestTopic}, Response Topic ${topic}, Correlation Data ${correlation}`
  printLine('requester', requester.speaks, sent)
  await playReply(requester, responder, request, reply)
}

async function playOldRequester(stage: Stage, responder: Actor): Promise<void> {
  printHeading('A requester that speaks MQTT 3.1.1 only, and a rule that helps it')
  const rule = await stage.operator.createRule({
    name: `demo-${stage.suffix}`,
    condition: { topic: 'cmd/#' },
    actions: { responseTopic, correlationData }
  })
  try {
    const set = `Response Topic ${responseTopic}, Correlation Data ${correlationData}`
    printLine('operator', 'REST', `creates a rule for cmd/#: ${set}`)
    const { revision, nodes } = await stage.operator.changeIsLive()
    printLine('operator', 'REST', `sees revision ${revision} on ${nodes} of ${nodes} nodes`)
    await playHelpedRequest(stage, responder)
  } finally {
    await stage.operator.deleteRule(rule.id)
  }
  printLine('operator', 'REST', 'removes the rule')
}

async function playHelpedRequest(stage: Stage, responder: Actor): Promise<void> {
  const requester = await stage.enter(4, 'meter')
  const topic = `replies/${requester.clientId}`
  await requester.subscribe(topic)
  const request = responder.request(requestTopic, oldRequest)
  const reply = requester.reply(topic, responder)
  await requester.publish(requestTopic, oldRequest)
  printLine('requester', requester.speaks, `publishes ${oldRequest} on ${requestTopic}, and nothing else`)
  await playReply(requester, responder, request, reply)
}

async function playReply(
  requester: Actor,
  responder: Actor,
  request: Promise<string>,
  reply: ReturnType<Actor['reply']>
): Promise<void> {
  await step('The delivery of the request', request)
  printLine('responder', responder.speaks, 'receives it and acknowledges')
  const { json, properties } = await step('The reply', reply)
  const beside = properties.correlationData ? `, with Correlation Data ${properties.correlationData}` : ''
  printLine('requester', requester.speaks, `receives the reply${beside}`)
  printReply(json)
}

import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '@parley/embedded'
import { expect, it } from 'vitest'
import { FaultClient } from './support/fault-client.js'
import { printFigures } from './support/report.js'
import { FaultService } from './support/service.js'

const responders = 20
const requests = 500
/** How long after the last acknowledgement of the responders the data plane is killed, one round each. */
const killAfterMs = [0, 5, 15, 40]
const acknowledgeAfterMs = 50
const waitTimeoutMs = 20_000

interface Round {
  /** In Redis when the data plane was dead. */
  jobs: number
  acknowledged: Set<string>
  replies: Map<string, number>
}

it('replies that nobody waits for outlive a kill right after the acknowledgements', async () => {
  const service = await FaultService.start()
  const answering = await startResponders(service.mqttPort)
  const rounds: Round[] = []
  for (const afterMs of killAfterMs) rounds.push(await runRound(service, answering, rounds.length, afterMs))
  const all = rounds.map(({ jobs, acknowledged, replies }) => ({
    jobs,
    acknowledged: acknowledged.size,
    unanswered: [...acknowledged].filter((key) => !replies.has(key)).length,
    repliesRepeated: [...replies.values()].reduce((sum, count) => sum + count - 1, 0)
  }))
  for (const [at, figures] of all.entries()) {
    printFigures(`kill -9 ${killAfterMs[at]} ms after the acknowledgements`, figures)
  }
  for (const { acknowledged, unanswered } of all) {
    expect(acknowledged).toBe(requests)
    expect(unanswered).toBe(0)
  }
  expect(
    rounds.reduce((sum, { jobs }) => sum + jobs, 0),
    'replies were jobs when the data plane was killed'
  ).toBeGreaterThan(0)
})

async function startResponders(port: number): Promise<FaultClient[]> {
  const clients = Array.from(
    { length: responders },
    (_, at) => new FaultClient({ port, clientId: `responder-${at}`, level: 4, acknowledgeAfterMs })
  )
  await Promise.all(clients.map((client) => client.ready()))
  await Promise.all(clients.map((client, at) => client.subscribe(`cmd/${at}`, 2)))
  return clients
}

async function runRound(
  service: FaultService,
  answering: FaultClient[],
  number: number,
  afterMs: number
): Promise<Round> {
  const responseTopic = `later/${number}`
  const jobsBefore = await service.replyJobs()
  const sentBefore = answersSent(answering)
  const acknowledged = await ask(service.mqttPort, responseTopic)
  await wait('the responders acknowledge', () => answersSent(answering) >= sentBefore + requests)
  await sleep(afterMs)
  await service.killNode()
  const jobs = (await service.replyJobs()) - jobsBefore
  await service.nodeReady()
  const replies = await collect(service.mqttPort, responseTopic)
  return { jobs, acknowledged, replies }
}

/** A requester without a session asks, is acknowledged, and goes. */
async function ask(port: number, responseTopic: string): Promise<Set<string>> {
  const acknowledged = new Set<string>()
  const requester = new FaultClient({
    port,
    clientId: `asks-${responseTopic}`,
    level: 5,
    persistent: false,
    onAcknowledged: (key) => acknowledged.add(key)
  })
  await requester.ready()
  for (let at = 0; at < requests; at++) {
    const key = `${responseTopic} ${at}`
    const properties = { responseTopic, correlationData: Buffer.from(key) }
    const qos = at % 2 === 0 ? 1 : 2
    requester.publish({ key, topic: `cmd/${at % responders}`, payload: '{}', qos, properties })
  }
  await wait('the requests are acknowledged', () => acknowledged.size === requests)
  requester.end()
  return acknowledged
}

/** The requester comes and subscribes: what it gets, by correlation data. */
async function collect(port: number, responseTopic: string): Promise<Map<string, number>> {
  const replies = new Map<string, number>()
  const requester = new FaultClient({
    port,
    clientId: `asks-${responseTopic}`,
    level: 5,
    onMessage({ properties }) {
      const key = properties!.correlationData!.toString()
      replies.set(key, (replies.get(key) ?? 0) + 1)
    }
  })
  await requester.ready()
  await requester.subscribe(responseTopic, 2)
  await waitUntil(() => replies.size === requests, waitTimeoutMs)
  requester.end()
  return replies
}

function answersSent(clients: FaultClient[]): number {
  return clients.reduce((sum, client) => sum + client.answersSent, 0)
}

async function wait(what: string, condition: () => boolean): Promise<void> {
  if (!(await waitUntil(condition, waitTimeoutMs))) throw new Error(`not in time: ${what}`)
}

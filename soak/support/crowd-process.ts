// A process of its own, as the devices of a fleet have machines of their own: holds the clients of a crowd (crowd.ts).

import type { CrowdOrder, StormFigures } from './crowd.js'
import type { CrowdClient, CrowdMember } from './crowd-client.js'
import { storm } from './storm.js'

let members: CrowdMember[] = []
let clients: CrowdClient[] = []

process.on('message', (order: CrowdOrder) => void obey(order))
process.once('disconnect', () => process.exit())

async function obey(order: CrowdOrder): Promise<void> {
  if (order.members) members = order.members
  if (order.do === 'cut') {
    for (const client of clients) client.cut()
    clients = []
  }
  process.send!(await connectAll())
}

async function connectAll(): Promise<{ figures: StormFigures } | { failed: string }> {
  try {
    const { tookMs, waits, failures, ...all } = await storm(members)
    clients = all.clients
    return {
      figures: {
        clients: clients.length,
        closed: clients.filter(({ closed }) => closed).length,
        tookMs,
        p50Ms: waits.quantile(0.5),
        p99Ms: waits.quantile(0.99),
        failures: [...failures]
      }
    }
  } catch (error) {
    return { failed: (error as Error).message }
  }
}

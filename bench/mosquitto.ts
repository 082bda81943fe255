import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@parley/embedded'
import { type Broker, startBroker } from './broker.js'

/** A Mosquitto with Parley's window, on a free port; undefined when it is not on PATH. */
export async function startMosquitto(dir: string): Promise<Broker | undefined> {
  if (spawnSync('mosquitto', ['-h']).error) return undefined
  mkdirSync(dir, { recursive: true })
  const port = await freePort()
  const file = join(dir, 'mosquitto.conf')
  writeFileSync(file, configuration(port))
  return startBroker('Mosquitto', port, { program: 'mosquitto', args: ['-c', file] })
}

function configuration(port: number): string {
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    // Node sets it too; without it Mosquitto waits up to 40 ms for acknowledgements of the transport.
    'set_tcp_nodelay true',
    'max_inflight_messages 32',
    'max_queued_messages 10000'
  ]
  return `${lines.join('\n')}\n`
}

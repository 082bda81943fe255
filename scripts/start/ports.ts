import { connect } from 'node:net'
import { isPortFree, waitUntil } from '@parley/embedded'
import { StartError } from './start-error.js'

/** The processes of a start that was killed end by themselves within this time. */
const leavingTimeoutMs = 12_000
const acceptTimeoutMs = 15_000
const connectTimeoutMs = 1_000

/** Throws a `StartError` with `sentence` when the port is taken; is patient when a killed start may still hold it. */
export async function assertPortFree(port: number, host: string, patient: boolean, sentence: string) {
  const free = await waitUntil(() => isPortFree(port, host), patient ? leavingTimeoutMs : 0)
  if (!free) throw new StartError(sentence)
}

/** Waits until a server accepts connections there. */
export async function waitUntilAccepts(port: number, host: string): Promise<void> {
  const accepts = await waitUntil(() => acceptsNow(port, host), acceptTimeoutMs)
  if (!accepts) throw new StartError(`Nothing accepts connections on port ${port} of ${host}: see the logs.`)
}

function acceptsNow(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: connectTimeoutMs })
    const end = (accepted: boolean) => {
      socket.destroy()
      resolve(accepted)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}

import { ConfigError, readConfig } from './config.js'
import { type DataPlane, startDataPlane } from './data-plane.js'

/** A stop that takes longer than this is cut short. */
const stopTimeoutMs = 8_000

async function main(): Promise<void> {
  let config: ReturnType<typeof readConfig>
  try {
    config = readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
  let dataPlane: DataPlane
  try {
    dataPlane = await startDataPlane(config)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    console.error(
      code === 'EADDRINUSE'
        ? `Port ${config.edgePort} on ${config.bind} is taken: set PARLEY_EDGE_PORT, or PARLEY_BIND to another address.`
        : `The data plane cannot start: ${message}`
    )
    process.exit(1)
  }
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), stopTimeoutMs).unref()
    dataPlane.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        dataPlane.log.error({ err: error }, 'the stop failed')
        process.exit(1)
      }
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // The supervisor is gone: nobody would stop this process any more.
  process.on('disconnect', stop)
  process.send?.({ ready: true, port: config.edgePort })
}

await main()

import { type Api, startApi } from './api.js'
import { type Config, ConfigError, readConfig } from './config.js'

/** A stop that takes longer than this is cut short. */
const stopTimeoutMs = 8_000

async function main(): Promise<void> {
  let config: Config
  try {
    config = readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
  let api: Api
  try {
    api = await startApi(config)
  } catch (error) {
    console.error(sentence(error as NodeJS.ErrnoException, config))
    process.exit(1)
  }
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), stopTimeoutMs).unref()
    api.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('The stop failed:', error)
        process.exit(1)
      }
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // The supervisor is gone: nobody would stop this process any more.
  process.on('disconnect', stop)
  process.send?.({ ready: true, port: api.port })
}

function sentence({ code, message }: NodeJS.ErrnoException, { host, httpPort }: Config): string {
  if (code === 'EADDRINUSE')
    return `Port ${httpPort} on ${host} is taken: set PARLEY_HTTP_PORT to a free port.`
  if (code === 'P2021' || code === 'P2025') {
    return 'The database has not been prepared: run `node scripts/migrate.mjs` with this DATABASE_URL first.'
  }
  return `The API cannot start: ${message}`
}

await main()

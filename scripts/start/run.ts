import type { DevFile, Instance } from '@parley/contracts'
import type { Credentials } from './credentials.js'
import { removeDevFile } from './dev-file.js'
import type { Settings } from './environment.js'
import type { Lock } from './lock.js'
import type { WatchedServer } from './servers.js'
import type { Supervised } from './supervisor.js'

/** One `npm start`: what its steps have found out and started so far. */
export interface Run {
  settings: Settings
  stopping: boolean
  lock?: Lock
  /** Undefined when the environment names one that runs elsewhere. */
  postgres?: WatchedServer
  redis?: WatchedServer
  databaseUrl?: string
  redisUrl?: string
  credentials?: Credentials
  api?: Supervised
  dataPlane?: Supervised
  httpPort?: number
  demo?: Instance
  /** Set when all of it answers. */
  dev?: DevFile
}

/** Stops what the run has started, the data plane first: it still has messages and replies to put away. */
export async function stopRun(run: Run): Promise<void> {
  run.stopping = true
  run.dataPlane?.noMoreRestarts()
  run.api?.noMoreRestarts()
  if (!run.lock) return
  removeDevFile(run.settings.dataDir)
  await run.dataPlane?.stop()
  await run.api?.stop()
  await run.redis?.stop()
  await run.postgres?.stop()
  run.lock.release()
}

/** Ends at once what `stopRun` is waiting for. */
export function hurry(run: Run): void {
  run.dataPlane?.kill()
  run.api?.kill()
}

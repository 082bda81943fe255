import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ConfigFollower, connectRedis, isNodeLive } from '@parley/config-feed'
import { reasonCodes } from '@parley/mqtt-wire'
import type { Redis } from 'ioredis'
import { type Logger, pino } from 'pino'
import { Credentials } from './auth/credentials.js'
import { VerifiedPasswords } from './auth/verified-passwords.js'
import { RedisRetries } from './auto-reply/redis-retries.js'
import type { Config } from './config.js'
import { InstanceDirectory } from './fleet/instance-directory.js'
import { Admission } from './listeners/admission.js'
import { reserveDescriptors } from './listeners/descriptors.js'
import { Edge } from './listeners/edge.js'
import { TcpListeners } from './listeners/tcp-listeners.js'
import { LiveReport } from './ops/live-report.js'

const snapshotFolder = 'snapshots'
const passwordFolder = 'passwords'
const sessionFolder = 'sessions'

export interface DataPlane {
  log: Logger
  /** Closes endpoints and clients first, then what serves them. */
  stop(): Promise<void>
}

/** Composes one node and starts it, in this order: the edge port, the instances from disk, the feed, the reply jobs. */
export async function startDataPlane(config: Config): Promise<DataPlane> {
  const log = pino({ level: config.logLevel, base: { node: config.nodeName } })
  const redis = connectRedis(config.redisUrl, log, `${config.nodeName}:commands`)
  const sessions = connectRedis(config.redisUrl, log, `${config.nodeName}:sessions`)

  const retries = new RedisRetries({
    redisUrl: config.redisUrl,
    node: config.nodeName,
    log,
    directory: () => directory,
    isDeleted: (instanceId) => follower.snapshot(instanceId)?.deleted === true,
    isNodeAlive: (node) => isNodeLive(redis, node)
  })
  const admission = new Admission()
  const listeners = new TcpListeners(config.bind, log, admission, (instance, transport) =>
    directory.accept(instance, transport)
  )
  const verified = new VerifiedPasswords(join(config.dataDir, passwordFolder), log)
  const credentials = new Credentials({ redis, verified, log })
  const directory = new InstanceDirectory(listeners, {
    log,
    replyRetries: retries,
    sessions,
    sessionsDir: join(config.dataDir, sessionFolder),
    credentials
  })
  const edge = new Edge({
    bind: config.bind,
    port: config.edgePort,
    log,
    admission,
    findInstance: (id) => directory.instance(id),
    accept: (instance, transport) => directory.accept(instance, transport)
  })
  const follower = new ConfigFollower({
    redis,
    createSubscriber: () => connectRedis(config.redisUrl, log, `${config.nodeName}:notices`),
    nodeName: config.nodeName,
    cacheDir: join(config.dataDir, snapshotFolder),
    onSnapshot: (snapshot) => directory.apply(snapshot),
    logger: log
  })

  const live = new LiveReport({ redis, node: config.nodeName, directory, log })

  // What persistent sessions hold is known with the first client, unless Redis is away.
  const ready = Promise.all([firstAnswer(sessions), verified.open()])
  // While the connections to Redis are made, which begins in the next turn.
  await nextTurn()
  reserveDescriptors(log)
  await ready
  await edge.listen()
  directory.start()
  await follower.start()
  // After the instances of the disk copy: a job that is due must find its instance.
  await retries.start()
  live.start()
  log.info({ edgePort: config.edgePort, bind: config.bind }, 'the data plane is ready')

  return {
    log,
    async stop() {
      await directory.stop(reasonCodes.serverShuttingDown)
      await retries.stop()
      live.stop()
      await credentials.close()
      await verified.close()
      // The lease last: until then no other node may take over the replies of this one.
      await follower.stop()
      await edge.close()
      redis.disconnect()
      sessions.disconnect()
    }
  }
}

/** Resolves when this connection is there, or could not be made. */
function firstAnswer(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    redis.once('ready', resolve)
    redis.once('error', () => resolve())
  })
}

// A Postgres and a Redis for `npm start` and the tests, on a machine that has neither. They outlive a parent that is
// killed; the next start on the same folder takes them over.
export type { EmbeddedServer } from './embedded-server.js'
export { EmbeddedServerError } from './embedded-server-error.js'
export { freePort, isPortFree } from './free-port.js'
export { type PostgresOptions, startPostgres } from './postgres.js'
export { type RedisOptions, startRedis } from './redis.js'
export { commandLine, isAlive, lastLines, waitUntil } from './server-process.js'

// What `npm start`, the tests, soaks and benches run as processes: a Postgres and a Redis on a machine that has neither, which outlive
// a parent that is killed until the next start on the same folder takes them over; and the data plane.
export { dataPlaneFlags, dataPlaneProgram } from './data-plane-program.js'
export type { EmbeddedServer } from './embedded-server.js'
export { EmbeddedServerError } from './embedded-server-error.js'
export { freePort, isPortFree } from './free-port.js'
export { type PostgresOptions, startPostgres } from './postgres.js'
export { type RedisOptions, startRedis } from './redis.js'
export { commandLine, isAlive, lastLines, waitUntil } from './server-process.js'

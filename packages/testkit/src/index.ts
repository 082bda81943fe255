// What tests start, drive and wait for. Only tests import it; it may import any package.
import './worker-end.js'

export * from './cleanup.js'
export * from './eventually.js'
export * from './free-port-range.js'
export * from './mqtt-probe.js'
export * from './postgres.js'
export * from './redis.js'

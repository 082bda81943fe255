// Schemas and types that cross a process or the browser. Imports nothing in-house and nothing of Node.
export * from './dev-file.js'
export * from './enhancement-rule.js'
export * from './instance.js'
export * from './problem.js'
export * from './reply.js'
export * from './rollout.js'
export * from './snapshot.js'
export * from './snapshot-check.js'

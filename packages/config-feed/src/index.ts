// Both ends of snapshot delivery over Redis. Writer: apps/api. Reader: apps/data-plane.
export { leaseMs } from './applied-report.js'
export { ConfigFollower, type ConfigFollowerOptions, type FollowerStatus } from './config-follower.js'
export { connectRedis } from './connect.js'
export type { FeedLogger } from './feed-logger.js'
export { keys } from './keys.js'
export {
  addFigures,
  type LiveFigures,
  type NodeLive,
  noFigures,
  readLive,
  sameFigures,
  writeLiveFigures
} from './live-figures.js'
export type { ChangeNotice } from './notice.js'
export { isNodeLive, readRollout, readRollouts } from './rollout.js'
export {
  isIndexMissing,
  listInstanceIds,
  publishNotice,
  publishSnapshot,
  readStoredSnapshot,
  readVersions
} from './stored-snapshots.js'
export {
  markSeen,
  readSeen,
  readUser,
  readUsers,
  readUsersVersion,
  readUsersVersions,
  removeUsers,
  replaceUsers,
  type UsersWrite,
  writeUsers
} from './stored-users.js'

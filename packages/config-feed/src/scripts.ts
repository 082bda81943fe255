/**
 * Writes a snapshot only when it is newer than what stands; a higher epoch beats any revision.
 * KEYS[1] the hash {instanceId}:config
 * ARGV[1] epoch, ARGV[2] revision, ARGV[3] body (JSON)
 * Result: 1 written; 0 the same version, or a newer one, stands there already.
 */
export const writeIfNewer = `
local held = redis.call('HMGET', KEYS[1], 'epoch', 'revision')
local heldEpoch, heldRevision = tonumber(held[1]), tonumber(held[2])
local epoch, revision = tonumber(ARGV[1]), tonumber(ARGV[2])
if heldEpoch and heldRevision then
  if epoch < heldEpoch or (epoch == heldEpoch and revision <= heldRevision) then return 0 end
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'revision', ARGV[2], 'body', ARGV[3])
return 1`

/**
 * Renews a node's lease by Redis' own clock, so that the hosts' clocks need not agree, and drops leases that ended.
 * KEYS[1] the sorted set of leases
 * ARGV[1] node name, ARGV[2] length of the lease in ms
 * Result: 1.
 */
export const renewLease = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', nowMs)
redis.call('ZADD', KEYS[1], nowMs + tonumber(ARGV[2]), ARGV[1])
return 1`

/**
 * KEYS[1] the sorted set of leases
 * Result: the names of the nodes whose lease has not ended.
 */
export const liveNodes = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', nowMs), '+inf')`

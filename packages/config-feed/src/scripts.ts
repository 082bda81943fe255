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
 * Writes and removes some users, unless there is no hash to change or it was written from a newer state of the instance.
 * KEYS[1] the hash {instanceId}:users, KEYS[2] the hash {instanceId}:users:seen
 * ARGV[1] epoch, ARGV[2] revision, ARGV[3] the field that holds `epoch:revision`, then pairs of username and user (JSON);
 * an empty text instead of a user removes it
 * Result: 1 written; 0 a newer state stands there; -1 there is no whole hash of this epoch.
 */
export const writeUsers = `
local epoch, revision = tonumber(ARGV[1]), tonumber(ARGV[2])
local heldEpoch, heldRevision = string.match(redis.call('HGET', KEYS[1], ARGV[3]) or '', '^(%d+):(%d+)$')
heldEpoch, heldRevision = tonumber(heldEpoch), tonumber(heldRevision)
if not heldEpoch or heldEpoch < epoch then return -1 end
if heldEpoch > epoch or heldRevision > revision then return 0 end
for i = 4, #ARGV, 2 do
  if ARGV[i + 1] ~= '' then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  else
    redis.call('HDEL', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
  end
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[1] .. ':' .. ARGV[2])
return 1`

/**
 * Puts a new hash of users in the place of the one that stands, unless that was written from a newer state.
 * KEYS[1] the hash {instanceId}:users, KEYS[2] the new hash, which is gone afterwards; its first write set the field ARGV[3]
 * ARGV[1] epoch, ARGV[2] revision, ARGV[3] the field that holds `epoch:revision`
 * Result: 1 replaced; 0 a newer state stands there; -1 the new hash lacks its first write.
 */
export const swapUsers = `
local epoch, revision = tonumber(ARGV[1]), tonumber(ARGV[2])
local heldEpoch, heldRevision = string.match(redis.call('HGET', KEYS[1], ARGV[3]) or '', '^(%d+):(%d+)$')
heldEpoch, heldRevision = tonumber(heldEpoch), tonumber(heldRevision)
if heldEpoch and (heldEpoch > epoch or (heldEpoch == epoch and heldRevision > revision)) then
  redis.call('UNLINK', KEYS[2])
  return 0
end
if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then
  redis.call('UNLINK', KEYS[2])
  return -1
end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[1] .. ':' .. ARGV[2])
redis.call('PERSIST', KEYS[2])
redis.call('RENAME', KEYS[2], KEYS[1])
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

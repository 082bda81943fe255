// Lua scripts of the session store. Each is atomic, checks who owns the session, and can be run again with the same arguments
// without doing anything twice: a batch whose answer was lost is sent again.
//
// Fields of the session hash: `owner` node name, `epoch` (+1 with every owner), `expiry` seconds, `seq` of the last copy queued, `bytes`
// of all copies, `sent` the last seq that was sent to the client, `batch` the last batch applied of the owner. An epoch begins anew with a
// session that begins anew, so that it says who may write only together with the owner.

/**
 * Takes a session for a node. An existing one goes on unless it is to be clean; either way the epoch rises, so that an
 * earlier owner can write no more.
 * KEYS[1] session, KEYS[2] queue, KEYS[3] received, KEYS[4] subscriptions, KEYS[5] bytes of all queues, KEYS[6] set of sessions,
 *   KEYS[7] schedule
 * ARGV[1] node, ARGV[2] client id, ARGV[3] its member of the schedule, ARGV[4] expiry in seconds, ARGV[5] '1' when clean
 * Result: {1 when it goes on, epoch}
 */
export const openSession = `
local present = redis.call('EXISTS', KEYS[1])
local held = redis.call('HMGET', KEYS[1], 'epoch', 'bytes')
local epoch = tonumber(held[1] or '0') + 1
if ARGV[5] == '1' then
  if held[2] then redis.call('DECRBY', KEYS[5], held[2]) end
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  present = 0
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', epoch, 'expiry', ARGV[4])
redis.call('HDEL', KEYS[1], 'batch')
redis.call('SADD', KEYS[6], ARGV[2])
redis.call('ZREM', KEYS[7], ARGV[3])
return {present, epoch}`

/**
 * The owner's client is gone: the session stays for its expiry.
 * KEYS and their order as in openSession
 * ARGV[1] owner, ARGV[2] epoch, ARGV[3] member of the schedule, ARGV[4] expiry in seconds, ARGV[5] epoch ms when it is over
 * Result: 1; 0 when another owner has it.
 */
export const leaveSession = `
local held = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'expiry', ARGV[4])
redis.call('HDEL', KEYS[1], 'batch')
redis.call('ZADD', KEYS[7], ARGV[5], ARGV[3])
return 1`

/**
 * Ends a session: at once when its owner says so, or because its time is over, which only one of those who see that can claim.
 * KEYS and their order as in openSession
 * ARGV[1] owner, ARGV[2] epoch, ARGV[3] client id, ARGV[4] member of the schedule, ARGV[5] epoch ms that it is now, '' when the owner
 *   ends it
 * Result: 1; 0 when another owner has it, somebody else has ended it, or its time is not over.
 */
export const endSession = `
local held = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'bytes')
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 0 end
if ARGV[5] ~= '' then
  local due = redis.call('ZSCORE', KEYS[7], ARGV[4])
  if not due or tonumber(due) > tonumber(ARGV[5]) then return 0 end
end
if held[3] then redis.call('DECRBY', KEYS[5], held[3]) end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
redis.call('SREM', KEYS[6], ARGV[3])
redis.call('ZREM', KEYS[7], ARGV[4])
return 1`

/**
 * Keeps the will of a client, which is due at a time or, while the client is connected, not yet.
 * KEYS[1] wills, KEYS[2] schedule
 * ARGV[1] client id, ARGV[2] member of the schedule, ARGV[3] will, ARGV[4] epoch ms, '' when it is not due
 * Result: 1
 */
export const keepWill = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] == '' then redis.call('ZREM', KEYS[2], ARGV[2]) else redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2]) end
return 1`

/**
 * The will is published, or not wanted any more.
 * KEYS and ARGV[1], ARGV[2] as in keepWill
 * Result: 1
 */
export const forgetWill = `
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[2])
return 1`

/**
 * One of those who know of a delayed will may publish it. Who does not forget it in time, since it was killed, has lost the claim.
 * KEYS and ARGV[1], ARGV[2] as in keepWill; ARGV[3] epoch ms at which it is due as far as is known, ARGV[4] epoch ms when the claim is over
 * Result: 1; 0 when it is not there any more, or due at another time: put off, or claimed.
 */
export const claimWill = `
local due = redis.call('ZSCORE', KEYS[2], ARGV[2])
if not due or tonumber(due) ~= tonumber(ARGV[3]) or redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
return 1`

/**
 * What happened to one session in one batch. Copies are named by message, so that the same copy is never queued twice.
 * KEYS[1] session, KEYS[2] queue, KEYS[3] received, KEYS[4] subscriptions, KEYS[5] bytes of all queues
 * ARGV[1] owner and ARGV[2] epoch, both '' when somebody else queues
 * ARGV[3] number of the owner's batch
 * ARGV[4] copies that the session may hold at most, ARGV[5] bytes that they may weigh at most, ARGV[6] bytes that all queues may weigh at
 *   most; all '' when the owner has looked
 * then lists, each behind its length: copies to queue (name, bytes, record), copies that are over (name), copies that are
 *   released (name), packet ids received, packet ids released, subscriptions (filter, options), filters that are left
 * then the last seq that was sent, '' when none was
 * Result: {owner, epoch, bytes of all queues, for each copy to queue its seq, 0 when the session's bounds are reached, -1 when those of
 *   all queues are}; {''} when there is no such session; {owner, epoch} alone when another one holds it.
 */
export const applyBatch = `
local held = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'seq', 'bytes', 'batch')
if not held[1] then return {''} end
if ARGV[1] ~= '' and (ARGV[1] ~= held[1] or ARGV[2] ~= held[2]) then return {held[1], held[2]} end
local again = ARGV[1] ~= '' and held[5] and tonumber(held[5]) >= tonumber(ARGV[3])
local seq, before = tonumber(held[3] or '0'), tonumber(held[4] or '0')
local bytes = before
local all = tonumber(redis.call('GET', KEYS[5]) or '0')
local result = {held[1], held[2], all}
local at = 7
local function list(width, each)
  local count = tonumber(ARGV[at])
  at = at + 1
  for i = 1, count do
    each(ARGV[at], ARGV[at + 1], ARGV[at + 2])
    at = at + width
  end
end
local bounded = ARGV[4] ~= ''
local copies = bounded and redis.call('HLEN', KEYS[2]) or 0
list(3, function(name, weight, record)
  if redis.call('HEXISTS', KEYS[2], name) == 1 then
    result[#result + 1] = tonumber(string.match(redis.call('HGET', KEYS[2], name), '^(%d+)'))
  elseif again then
    -- Queued by this very batch, and over since.
    result[#result + 1] = 0
  elseif bounded and (copies >= tonumber(ARGV[4]) or bytes + tonumber(weight) > tonumber(ARGV[5])) then
    result[#result + 1] = 0
  elseif bounded and all + bytes - before + tonumber(weight) > tonumber(ARGV[6]) then
    result[#result + 1] = -1
  else
    seq = seq + 1
    bytes = bytes + tonumber(weight)
    copies = copies + 1
    redis.call('HSET', KEYS[2], name, seq .. ' p ' .. weight .. ' ' .. record)
    result[#result + 1] = seq
  end
end)
if again then return result end
list(1, function(name)
  local known = redis.call('HGET', KEYS[2], name)
  if known then
    bytes = bytes - tonumber(string.match(known, '^%d+ %a (%d+)'))
    redis.call('HDEL', KEYS[2], name)
  end
end)
list(1, function(name)
  local known = redis.call('HGET', KEYS[2], name)
  if known then redis.call('HSET', KEYS[2], name, (string.gsub(known, '^(%d+) p', '%1 r', 1))) end
end)
list(1, function(id) redis.call('SADD', KEYS[3], id) end)
list(1, function(id) redis.call('SREM', KEYS[3], id) end)
list(2, function(filter, options) redis.call('HSET', KEYS[4], filter, options) end)
list(1, function(filter) redis.call('HDEL', KEYS[4], filter) end)
redis.call('HSET', KEYS[1], 'seq', seq, 'bytes', bytes)
if bytes ~= before then result[3] = redis.call('INCRBY', KEYS[5], bytes - before) end
if ARGV[1] ~= '' then redis.call('HSET', KEYS[1], 'batch', ARGV[3]) end
if ARGV[at] ~= '' then redis.call('HSET', KEYS[1], 'sent', ARGV[at]) end
return result`

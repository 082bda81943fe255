// Lua scripts of the session store. Each is atomic, checks who owns the session, and can be run again with the same arguments
// without doing anything twice: a batch whose answer was lost is sent again.
//
// Fields of the session hash: `owner` node name, `epoch` (+1 with every owner), `expiry` seconds, `seq` of the last copy queued, `bytes`
// of all copies, `sent` the last seq that was sent to the client, `batch` the last batch applied of the owner.

/**
 * Takes a session for a node. An existing one goes on unless it is to be clean; either way the epoch rises, so that an
 * earlier owner can write no more.
 * KEYS[1] session, KEYS[2] queue, KEYS[3] received, KEYS[4] subscriptions, KEYS[5] set of sessions, KEYS[6] schedule
 * ARGV[1] node, ARGV[2] client id, ARGV[3] expiry in seconds, ARGV[4] '1' when clean
 * Result: {1 when it goes on, epoch}
 */
export const openSession = `
local present = redis.call('EXISTS', KEYS[1])
local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '0') + 1
if ARGV[4] == '1' then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  present = 0
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', epoch, 'expiry', ARGV[3])
redis.call('HDEL', KEYS[1], 'batch')
redis.call('SADD', KEYS[5], ARGV[2])
redis.call('ZREM', KEYS[6], ARGV[2])
return {present, epoch}`

/**
 * The owner's client is gone: the session stays for its expiry, or ends now.
 * KEYS and their order as in openSession
 * ARGV[1] epoch, ARGV[2] client id, ARGV[3] expiry in seconds, ARGV[4] epoch ms when it is over; expiry 0: it ends
 * Result: 1; 0 when another owner has it.
 */
export const leaveSession = `
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
if ARGV[3] == '0' then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  redis.call('SREM', KEYS[5], ARGV[2])
  redis.call('ZREM', KEYS[6], ARGV[2])
else
  redis.call('HSET', KEYS[1], 'expiry', ARGV[3])
  redis.call('HDEL', KEYS[1], 'batch')
  redis.call('ZADD', KEYS[6], ARGV[4], ARGV[2])
end
return 1`

/**
 * What happened to one session in one batch. Copies are named by message, so that the same copy is never queued twice.
 * KEYS[1] session, KEYS[2] queue, KEYS[3] received, KEYS[4] subscriptions
 * ARGV[1] epoch of the owner, '' when somebody else queues
 * ARGV[2] number of the owner's batch
 * ARGV[3] copies that the session may hold at most, ARGV[4] bytes that they may weigh at most; both '' when the owner has looked
 * then lists, each behind its length: copies to queue (name, bytes, record), copies that are over (name), copies that are
 *   released (name), packet ids received, packet ids released, subscriptions (filter, options), filters that are left
 * then the last seq that was sent, '' when none was
 * Result: {owner, epoch, for each copy to queue its seq, 0 when the bounds are reached}; {''} when there is no such session;
 *   {owner, epoch} alone when the epoch is not ARGV[1]'s.
 */
export const applyBatch = `
local held = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'seq', 'bytes', 'batch')
if not held[1] then return {''} end
local result = {held[1], held[2]}
if ARGV[1] ~= '' and ARGV[1] ~= held[2] then return result end
local again = ARGV[1] ~= '' and held[5] and tonumber(held[5]) >= tonumber(ARGV[2])
local seq, bytes = tonumber(held[3] or '0'), tonumber(held[4] or '0')
local at = 5
local function list(width, each)
  local count = tonumber(ARGV[at])
  at = at + 1
  for i = 1, count do
    each(ARGV[at], ARGV[at + 1], ARGV[at + 2])
    at = at + width
  end
end
local copies = ARGV[3] ~= '' and redis.call('HLEN', KEYS[2]) or 0
list(3, function(name, weight, record)
  if redis.call('HEXISTS', KEYS[2], name) == 1 then
    result[#result + 1] = tonumber(string.match(redis.call('HGET', KEYS[2], name), '^(%d+)'))
  elseif again then
    -- Queued by this very batch, and over since.
    result[#result + 1] = 0
  elseif ARGV[3] ~= '' and (copies >= tonumber(ARGV[3]) or bytes + tonumber(weight) > tonumber(ARGV[4])) then
    result[#result + 1] = 0
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
if ARGV[1] ~= '' then redis.call('HSET', KEYS[1], 'batch', ARGV[2]) end
if ARGV[at] ~= '' then redis.call('HSET', KEYS[1], 'sent', ARGV[at]) end
return result`

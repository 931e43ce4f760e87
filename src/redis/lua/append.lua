--[[
  Takes a person's message in as a turn, and as pending if it asks.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ts  2 turn (opaque)  3 asking: yes|known|auto|no  4 author  5 "1" if nothing can have been said before  6 ttl, seconds
  Result: pending | context | duplicate | ignored
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ts, turn, asking, author, begins, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]

local known = redis.call('EXISTS', turns) == 1
if not known and asking ~= 'yes' then return 'ignored' end
if redis.call('HEXISTS', turns, ts) == 1 then return 'duplicate' end

if not known then redis.call('HSET', state, 'v', '1', 'author', author, 'backlog', begins) end
local first, several, newest, aside = unpack(redis.call('HMGET', state, 'author', 'several', 'newest', 'aside'))
if not several and first ~= author then
  several = '1'
  redis.call('HSET', state, 'several', '1')
end

local asks = asking == 'yes' or asking == 'known'
if asking == 'auto' then asks = not (several and aside == '1') end

redis.call('HSET', turns, ts, turn)
if asks then redis.call('ZADD', pending, ts, ts) end
if not newest or ts > newest then redis.call('HSET', state, 'newest', ts, 'aside', asks and '0' or '1') end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return asks and 'pending' or 'context'

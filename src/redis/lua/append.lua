--[[
  Takes a person's message in as a turn, and as pending if it asks.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ts  2 turn (opaque)  3 asking: yes|known|auto|no  4 author  5 "1" if nothing can have been said before  6 ttl, seconds
       7 form of the data, of a new conversation
  Result: pending | context | duplicate | ignored
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ts, turn, asking, author, begins, ttl, form = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]

local function keep(result)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
  return result
end

local known = redis.call('EXISTS', turns) == 1
if not known and asking ~= 'yes' then return 'ignored' end
if redis.call('HEXISTS', turns, ts) == 1 then return keep('duplicate') end

-- The first write, being one that a full Redis refuses: all of it happens or nothing.
redis.call('HSET', turns, ts, turn)
if not known then
  -- A conversation that went may have left these: keys go one by one when Redis evicts them.
  redis.call('DEL', pending, state)
  redis.call('HSET', state, 'v', form, 'author', author, 'backlog', begins)
end
local first, several, newest, aside = unpack(redis.call('HMGET', state, 'author', 'several', 'newest', 'aside'))
if not several and first ~= author then
  several = '1'
  redis.call('HSET', state, 'several', '1')
end

local asks = asking == 'yes' or asking == 'known'
if asking == 'auto' then asks = not (several and aside == '1') end

if asks then redis.call('ZADD', pending, ts, ts) end
if not newest or ts > newest then redis.call('HSET', state, 'newest', ts, 'aside', asks and '0' or '1') end
return keep(asks and 'pending' or 'context')

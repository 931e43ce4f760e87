--[[
  Takes a person's message in as a turn, and as pending if it asks.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ts  2 turn (opaque)  3 asking: yes|known|auto|no  4 author  5 "1" if nothing can have been said before  6 ttl, seconds
       7 form of the data, of a new conversation
       8 seconds in which the conversation may still begin (empty: it is too old for that)
  Result: pending | context | duplicate | ignored
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ts, turn, asking, author, begins, ttl, form, early = unpack(ARGV)

local function keep(result)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
  return result
end

local known = redis.call('EXISTS', turns) == 1
-- What became of it before it came: its newest form, or nothing but that it was removed.
local became = redis.call('HGET', state, 'early:' .. ts)
if became == '' then return known and keep('duplicate') or 'duplicate' end
if not known and asking ~= 'yes' then
  local missed = redis.call('HGET', state, 'missed') or ''
  if early ~= '' and not string.find(missed, ts, 1, true) then
    redis.call('HSET', state, 'missed', missed .. ts .. ' ')
    redis.call('EXPIRE', state, early)
  end
  return 'ignored'
end
if redis.call('HEXISTS', turns, ts) == 1 then
  -- Read back from Slack before its event came: it asks, unless a reply that has read it stands there by now.
  local unheard = string.find(redis.call('HGET', state, 'unheard') or '', ts, 1, true)
  if asking ~= 'yes' or not unheard or redis.call('HSTRLEN', turns, ts) == 0 then return keep('duplicate') end
  return keep(redis.call('ZADD', pending, ts, ts) == 1 and 'pending' or 'duplicate')
end

-- The first write, being one that a full Redis refuses: all of it happens or nothing.
redis.call('HSET', turns, ts, became or turn)
redis.call('HDEL', state, 'early:' .. ts)
if not known then
  -- A conversation that went may have left these: keys go one by one when Redis evicts them.
  redis.call('DEL', pending)
  if redis.call('HEXISTS', state, 'v') == 1 then redis.call('DEL', state) end
  if redis.call('HEXISTS', state, 'missed') == 1 then begins = '0' end
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

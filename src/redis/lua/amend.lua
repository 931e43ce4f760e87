--[[
  Replaces a turn by a newer form of it, or removes it for good (its field stays, empty).
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ts  2 turn (opaque; empty: remove)  3 time of the edit (a ts)  4 ttl, seconds  5 newest form of the data that the caller knows
  Result: 1 if the turn was there and changed, 0 if not, -1 if the conversation is of a newer form, whose turns are only removed
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ts, turn, edited, ttl, known = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])

local function keep(result)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
  return result
end

if redis.call('EXISTS', turns) == 0 then return 0 end
local old = redis.call('HGET', turns, ts)
local there = old and old ~= ''

if turn == '' then
  redis.call('HSET', turns, ts, '')
  redis.call('ZREM', pending, ts)
  redis.call('HDEL', state, 'edited:' .. ts)
else
  if not there then return keep(0) end
  if (tonumber(redis.call('HGET', state, 'v')) or known) > known then return -1 end
  local last = redis.call('HGET', state, 'edited:' .. ts)
  if last and last >= edited then return keep(0) end
  redis.call('HSET', turns, ts, turn)
  redis.call('HSET', state, 'edited:' .. ts, edited)
end
return keep(there and 1 or 0)

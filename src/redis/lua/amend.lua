--[[
  Replaces a turn by a newer form of it, or removes it for good (its field stays, empty). Of a turn that has not come yet
  it is kept for `append` what became of it.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ts  2 turn (opaque; empty: remove)  3 time of the edit (a ts)  4 ttl, seconds  5 newest form of the data that the caller knows
       6 seconds in which the turn may still come (empty: it is too old for that)  7 "1" if it may begin the conversation
  Result: 1 if the turn was there and changed, 0 if not, -1 if the conversation is of a newer form, whose turns are only removed
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ts, turn, edited, ttl, form, early, begins = unpack(ARGV)

local function keep(result)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
  return result
end

local known = redis.call('EXISTS', turns) == 1
local old = known and redis.call('HGET', turns, ts)
local there = old and old ~= ''
local last = redis.call('HGET', state, 'edited:' .. ts)
local is_newer = turn == '' or not last or last < edited

if not known or (not old and turn ~= '') then
  if early == '' or (not known and begins == '0') or redis.call('HGET', state, 'early:' .. ts) == '' or not is_newer then
    return known and keep(0) or 0
  end
  redis.call('HSET', state, 'early:' .. ts, turn, 'edited:' .. ts, edited)
  if known then return keep(0) end
  redis.call('EXPIRE', state, early)
  return 0
end

if turn == '' then
  -- The first write, being one that a full Redis takes: then it takes the rest too, and what was deleted is gone.
  redis.call('ZREM', pending, ts)
  redis.call('HSET', turns, ts, '')
  redis.call('HDEL', state, 'edited:' .. ts, 'early:' .. ts)
else
  if not there or not is_newer then return keep(0) end
  if (tonumber(redis.call('HGET', state, 'v')) or 0) > tonumber(form) then return -1 end
  redis.call('HSET', turns, ts, turn)
  redis.call('HSET', state, 'edited:' .. ts, edited)
end
return keep(there and 1 or 0)

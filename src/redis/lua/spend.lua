--[[
  Ends a model call: releases its reservation and counts its usage once.
  KEYS 1 usage of the day
       2 usage of the month
       3 held: the reservations, by name
       4 counted: ids of the calls already counted, by time
       5 recent: conversations of the person, by time of the last call
  ARGV 1 name of the reservation
       2 id of the call
       3 seconds to keep a day
       4 seconds to keep a month
       5 seconds to remember that a call was counted
       6 person, 7 channel, 8 workspace: as the beginning of a field name, person:U1
       9 person, 10 channel, 11 workspace: when this much is spent, the budget is nearly used up (0: no budget)
       12 conversation to remember as a recent one (empty: none), 13 time of the call, 14 conversations to remember
       15… pairs: measure, amount (none: the call used nothing)
  Result: the owners whose budget this call made nearly used up, as pairs: owner, spent
]]
local name, id, day_ttl, month_ttl, id_ttl = unpack(ARGV)
local now = tonumber(redis.call('TIME')[1])

-- ZREMRANGEBYSCORE is the first write because it works when Redis is out of memory, and the writes after it then work
-- too: usage that was paid for is always counted.
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - id_ttl)
local held = redis.call('HGET', KEYS[3], name)
if held and string.sub(held, -#id - 1) == ' ' .. id then redis.call('HDEL', KEYS[3], name) end
if #ARGV == 14 or redis.call('ZADD', KEYS[4], 'NX', now, id) == 0 then return {} end
redis.call('EXPIRE', KEYS[4], id_ttl)

local near = {}
for at = 1, 3 do
  local owner, near_mark = ARGV[5 + at], tonumber(ARGV[8 + at])
  for i = 15, #ARGV, 2 do
    local measure, amount = ARGV[i], ARGV[i + 1]
    local day = redis.call('HINCRBY', KEYS[1], owner .. ':' .. measure, amount)
    local month = redis.call('HINCRBY', KEYS[2], owner .. ':' .. measure, amount)
    local spent = at == 3 and month or day
    if measure == 'costNanos' and near_mark > 0 and spent >= near_mark and spent - amount < near_mark then
      table.insert(near, string.match(owner, '^%a+'))
      table.insert(near, spent)
    end
  end
end
if ARGV[12] ~= '' then
  redis.call('ZADD', KEYS[5], ARGV[13], ARGV[12])
  redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -ARGV[14] - 1)
  redis.call('EXPIRE', KEYS[5], day_ttl)
end
redis.call('EXPIRE', KEYS[1], day_ttl)
redis.call('EXPIRE', KEYS[2], month_ttl)
return near

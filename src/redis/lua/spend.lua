--[[
  Ends a call of the model: what was set aside for it is free again, and what it took is counted, once.
  KEYS 1 the day's usage  2 the month's  3 held: what is set aside, by name  4 counted: ids of calls, by time
  ARGV 1 name  2 id of the call  3 seconds that a day is kept  4 that a month is  5 that the id is known as counted
       6 the person  7 the channel  8 the workspace, each as a field begins: person:U1
       9-11 the marks near the end of their budgets (0: none)
       then pairs: measure, amount; none: the call took nothing
  Result: those whom it took past their mark, as pairs: owner, spent
]]
local name, id, dayLasts, monthLasts, idLasts = unpack(ARGV)
local now = tonumber(redis.call('TIME')[1])

-- The first write, being one that a full Redis takes: then it takes the rest too, and nothing that was paid for goes uncounted.
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - idLasts)
local held = redis.call('HGET', KEYS[3], name)
if held and string.sub(held, -#id - 1) == ' ' .. id then redis.call('HDEL', KEYS[3], name) end
if #ARGV == 11 or redis.call('ZADD', KEYS[4], 'NX', now, id) == 0 then return {} end
redis.call('EXPIRE', KEYS[4], idLasts)

local passed = {}
for at = 1, 3 do
  local owner, mark = ARGV[5 + at], tonumber(ARGV[8 + at])
  for i = 12, #ARGV, 2 do
    local measure, amount = ARGV[i], ARGV[i + 1]
    local day = redis.call('HINCRBY', KEYS[1], owner .. ':' .. measure, amount)
    local month = redis.call('HINCRBY', KEYS[2], owner .. ':' .. measure, amount)
    local spent = at == 3 and month or day
    if measure == 'costNanos' and mark > 0 and spent >= mark and spent - amount < mark then
      table.insert(passed, string.match(owner, '^%a+'))
      table.insert(passed, spent)
    end
  end
end
redis.call('EXPIRE', KEYS[1], dayLasts)
redis.call('EXPIRE', KEYS[2], monthLasts)
return passed

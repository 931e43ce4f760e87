--[[
  Sets aside what a call of the model may cost, where the budgets leave something.
  KEYS 1 the day's usage  2 the month's  3 held: what is set aside, by name
  ARGV 1 name  2 id of the call  3 day  4 channel  5 workspace  6 amount  7 milliseconds until it is free again
       8 budget of a person  9 of a channel, for the day  10 of the workspace, for the month (0: none)
       then the people whom it may be counted to, in order
  Result: { granted, person } | { used_up or reserved, owner }
]]
local name, id, day, channel, team, amount, lasts = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local held = {}
local function hold(owner, nanos) held[owner] = (held[owner] or 0) + nanos end
local entries = redis.call('HGETALL', KEYS[3])
for i = 1, #entries, 2 do
  local ends, on, where, who, nanos = string.match(entries[i + 1], '^(%d+) (%S+) (%S+) (%S+) (%d+) ')
  if not ends or tonumber(ends) <= now or entries[i] == name then
    redis.call('HDEL', KEYS[3], entries[i])
  else
    if on == day then
      hold('person:' .. who, nanos)
      hold('channel:' .. where, nanos)
    end
    if string.sub(on, 1, 7) == string.sub(day, 1, 7) then hold('workspace:' .. team, nanos) end
  end
end

local function left(key, owner, budget)
  if budget == 0 then return 'free' end
  local spent = tonumber(redis.call('HGET', key, owner .. ':costNanos') or 0)
  if spent >= budget then return 'used_up' end
  return spent + (held[owner] or 0) >= budget and 'reserved' or 'free'
end

local workspace = left(KEYS[2], 'workspace:' .. team, tonumber(ARGV[10]))
local inChannel = left(KEYS[1], 'channel:' .. channel, tonumber(ARGV[9]))
local person, people = nil, 'used_up'
for i = 11, #ARGV do
  local one = left(KEYS[1], 'person:' .. ARGV[i], tonumber(ARGV[8]))
  if one ~= 'used_up' then people = one end
  if one == 'free' then
    person = ARGV[i]
    break
  end
end
for _, outcome in ipairs({ 'used_up', 'reserved' }) do
  if workspace == outcome then return { outcome, 'workspace' } end
  if inChannel == outcome then return { outcome, 'channel' } end
  if people == outcome then return { outcome, 'person' } end
end

redis.call('HSET', KEYS[3], name, string.format('%.0f', now + lasts) .. ' ' .. day .. ' ' .. channel .. ' ' .. person .. ' ' .. amount .. ' ' .. id)
redis.call('PEXPIRE', KEYS[3], lasts)
return { 'granted', person }

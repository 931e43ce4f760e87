--[[
  Reserves the expected cost of a model call, if the budgets allow it.
  KEYS 1 usage of the day
       2 usage of the month
       3 held: the reservations, by name
  ARGV 1 name of the reservation
       2 id of the call
       3 day
       4 channel
       5 workspace
       6 amount
       7 milliseconds until the reservation expires
       8 daily budget of a person (0: no limit)
       9 daily budget of a channel (0: no limit)
       10 monthly budget of the workspace (0: no limit)
       11… candidates to bill, in order of preference
  Result: { granted, person }
          { used_up | reserved, owner } if the budget of that owner does not allow it
]]
local name, id, day, channel, team, amount, reserved_ms = unpack(ARGV)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local held = {}
local function hold(owner, nanos) held[owner] = (held[owner] or 0) + nanos end
local entries = redis.call('HGETALL', KEYS[3])
for i = 1, #entries, 2 do
  local expires_at, held_day, held_channel, held_person, nanos =
    string.match(entries[i + 1], '^(%d+) (%S+) (%S+) (%S+) (%d+) ')
  if not expires_at or tonumber(expires_at) <= now or entries[i] == name then
    redis.call('HDEL', KEYS[3], entries[i])
  else
    if held_day == day then
      hold('person:' .. held_person, nanos)
      hold('channel:' .. held_channel, nanos)
    end
    if string.sub(held_day, 1, 7) == string.sub(day, 1, 7) then hold('workspace:' .. team, nanos) end
  end
end

local function status(key, owner, budget)
  if budget == 0 then return 'free' end
  local spent = tonumber(redis.call('HGET', key, owner .. ':costNanos') or 0)
  if spent >= budget then return 'used_up' end
  return spent + (held[owner] or 0) >= budget and 'reserved' or 'free'
end

local workspace_status = status(KEYS[2], 'workspace:' .. team, tonumber(ARGV[10]))
local channel_status = status(KEYS[1], 'channel:' .. channel, tonumber(ARGV[9]))
local person, people_status = nil, 'used_up'
for i = 11, #ARGV do
  local person_status = status(KEYS[1], 'person:' .. ARGV[i], tonumber(ARGV[8]))
  if person_status ~= 'used_up' then people_status = person_status end
  if person_status == 'free' then
    person = ARGV[i]
    break
  end
end
for _, outcome in ipairs({ 'used_up', 'reserved' }) do
  if workspace_status == outcome then return { outcome, 'workspace' } end
  if channel_status == outcome then return { outcome, 'channel' } end
  if people_status == outcome then return { outcome, 'person' } end
end

local expires_at = string.format('%.0f', now + reserved_ms)
redis.call('HSET', KEYS[3], name, table.concat({ expires_at, day, channel, person, amount, id }, ' '))
redis.call('PEXPIRE', KEYS[3], reserved_ms)
return { 'granted', person }

--[[
  Reads what an answer needs of a conversation. With a run, that run owns the reply from now on, and what is pending for
  the first one is kept.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ttl, seconds
       2 run (empty: read only)
       3 newest format version that the caller can read
       4 1: of the turns only their ts, each with an empty turn
       5… fields of the state to read
  Result: { turns, pending, state, removed elsewhere }; turns and state are flat lists of fields and values. The state also has `redo:<ts>`,
          `segment:<id>` and `channel:<ts>` of all that `redo`, `segments` and `copied` list
          `removed elsewhere` lists the ts of turns that segments cover, and that a version removed which knows no segments
          nothing if the conversation is unknown
          the conversation's format version if the caller cannot read it
]]
local LISTED = { redo = 'redo:', segments = 'segment:', copied = 'channel:' }
local turns, pending, state, folded = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ttl, run, readable_version = ARGV[1], ARGV[2], tonumber(ARGV[3])

if redis.call('EXISTS', turns) == 0 then return end
local version = tonumber(redis.call('HGET', state, 'v')) or readable_version
if version > readable_version then return version end
local waiting = redis.call('ZRANGE', pending, 0, -1)
-- A mark for the sweeper, see `amend`.
if waiting[1] == 'reply' then table.remove(waiting, 1) end
if run ~= '' then
  redis.call('HSET', state, 'run', run)
  if #waiting > 0 then redis.call('HSETNX', state, 'asked', table.concat(waiting, ' ')) end
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end

local fields = {}
local function read(field)
  local value = redis.call('HGET', state, field)
  if value then
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  return value or ''
end
for i = 5, #ARGV do
  local value = read(ARGV[i])
  local listed = LISTED[ARGV[i]]
  if listed then
    for name in string.gmatch(value, '%S+') do read(listed .. name) end
  end
end
local stored, removed_elsewhere = {}, {}
if ARGV[4] == '1' then
  for _, ts in ipairs(redis.call('HKEYS', turns)) do
    stored[#stored + 1] = ts
    stored[#stored + 1] = ''
  end
  return { stored, waiting, fields, removed_elsewhere }
end
stored = redis.call('HGETALL', turns)
for i = 1, #stored, 2 do
  if stored[i + 1] == '' and redis.call('HSTRLEN', folded, stored[i]) > 0 then
    removed_elsewhere[#removed_elsewhere + 1] = stored[i]
  end
end
return { stored, waiting, fields, removed_elsewhere }

--[[
  Keeps the newest messages of a channel, and knows which conversations have copies of them.
  An entry is "<version> <turn>", with an empty turn if the message was removed. A newer version (in text order)
  replaces an older one. Time is the time of messages: a ts.
  KEYS 1 said: the messages
       2 copies: conversations that began with copies
  ARGV 1 said | opened | amended
       2 ts
       3 version
       4 turn (opaque; empty: remove it)
       5 number of messages to keep before a mention (0: none, not even what was removed)
       6 bytes to keep
       7 seconds to keep a message
       8 number of removed messages to remember
       9 seconds to keep a copy's entry
       10 seconds within which a message can be copied
  Result: said     an empty list
          opened   the messages before this one, oldest first: ts, version, turn of each
          amended  ts of the messages that began the conversations with a copy
]]
local said, copies = KEYS[1], KEYS[2]
local what, ts, version, turn = unpack(ARGV)
local max_messages, max_bytes, seconds = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local max_removed, copy_seconds, reach = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])

local function version_of(entry) return string.match(entry, '^(%S*) ') end

local function stored_ts()
  local all = redis.call('HKEYS', said)
  table.sort(all)
  return all
end

local result = {}
if what == 'opened' then
  local before = {}
  for _, other in ipairs(stored_ts()) do
    if other < ts and tonumber(ts) - tonumber(other) <= seconds then
      local entry = redis.call('HGET', said, other)
      local entry_version = version_of(entry)
      local entry_turn = string.sub(entry, #entry_version + 2)
      if entry_turn ~= '' then before[#before + 1] = { other, entry_version, entry_turn } end
    end
  end
  for at = math.max(1, #before - max_messages + 1), #before do
    for _, part in ipairs(before[at]) do result[#result + 1] = part end
  end
  if #result > 0 then
    redis.call('ZADD', copies, ts, ts .. ' ' .. result[1])
    redis.call('ZREMRANGEBYSCORE', copies, '-inf', '(' .. (tonumber(ts) - copy_seconds))
    redis.call('EXPIRE', copies, copy_seconds)
  end
end

local old = redis.call('HGET', said, ts)
if max_messages > 0 and (not old or version_of(old) < version) then
  -- HDEL is the first write because it works when Redis is out of memory, and the writes after it then work too: a
  -- deleted message is always removed.
  if turn == '' then redis.call('HDEL', said, ts) end
  redis.call('HSET', said, ts, version .. ' ' .. turn)
end

local all = stored_ts()
local newest = tonumber(all[#all])
local messages, removed, bytes = 0, 0, 0
for at = #all, 1, -1 do
  local size = redis.call('HSTRLEN', said, all[at])
  local is_removed = size == #version_of(redis.call('HGET', said, all[at])) + 1
  local is_old = newest - tonumber(all[at]) > seconds or max_messages == 0
  local is_too_much
  if is_removed then
    removed = removed + 1
    is_too_much = removed > max_removed
  else
    messages, bytes = messages + 1, bytes + size
    -- One more: a mention that is delivered again counts too.
    is_too_much = messages > max_messages + 1 or bytes > max_bytes
  end
  if is_old or is_too_much then redis.call('HDEL', said, all[at]) end
end
-- An edit or a deletion keeps nothing for longer.
if what ~= 'amended' or redis.call('TTL', said) == -1 then redis.call('EXPIRE', said, seconds) end

if what == 'amended' then
  for _, copy in ipairs(redis.call('ZRANGEBYSCORE', copies, '(' .. ts, tonumber(ts) + reach)) do
    local began, oldest = string.match(copy, '^(%S+) (%S+)$')
    if oldest <= ts and began ~= result[#result] then result[#result + 1] = began end
  end
end
return result

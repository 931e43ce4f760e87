--[[
  Replaces the copy of a message that stood in the channel before the conversation began, unless a newer version is
  known. Does nothing if the conversation has its copies, and none of this message. An entry is "<version> <turn>", with an empty turn if the message was removed.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ts
       2 entry
       3 ttl, seconds
       4 seconds to keep the entry while the conversation is unknown: it may be about to begin
  Result: none
]]
local turns, state = KEYS[1], KEYS[3]
local field, entry, ttl, early_ttl = 'channel:' .. ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local known = redis.call('EXISTS', turns) == 1
local copied = redis.call('HGET', state, 'copied')
local has_copy = not copied or string.find(' ' .. copied .. ' ', ' ' .. ARGV[1] .. ' ', 1, true)
local old = redis.call('HGET', state, field)
if has_copy and (not old or string.match(old, '^%S*') < string.match(entry, '^%S*')) then
  -- HDEL is the first write because it works when Redis is out of memory, and the writes after it then work too: a
  -- deleted message is always removed.
  redis.call('HDEL', state, field)
  redis.call('HSET', state, field, entry)
end
if known then
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
else
  redis.call('EXPIRE', state, early_ttl)
end

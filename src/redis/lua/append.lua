--[[
  Stores a message as a turn, and marks it as pending if it asks the bot.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ts
       2 turn (opaque)
       3 asking: yes | workflow | known | auto | no
       4 author (empty: not a person)
       5 "1" if no message can precede this one in the thread
       6 ttl, seconds
       7 format version for a new conversation
       8 seconds to remember the message if it is ignored (empty: the conversation's first message can no longer arrive)
       9 the turn if it asks nothing (opaque)
       10 "1" if the message begins the conversation in a channel
       11 "only" if the message does nothing but stop the reply, "too" if it also asks, else empty
       12 the turn if it only stops the reply (opaque)
       13… per message that stood in the channel before: ts, entry ("<version> <turn>")
  Result: pending | context | duplicate | ignored | stop | steer
]]
-- Slack's clock and Redis's.
local CLOCKS_DIFFER_S = 0.5
local turns, pending, state, folded = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ts, turn, asking, author, is_first, ttl, version, missed_ttl, context_turn, begins, stops, stop_turn = unpack(ARGV, 1, 12)

local function refresh_ttl(result)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
  return result
end

-- Once: what the prompts begin with stays the same.
local function take_copies()
  if begins ~= '1' or redis.call('HGET', state, 'copied') then return end
  local copied, is_copy = {}, {}
  for i = 13, #ARGV, 2 do
    local field, entry = 'channel:' .. ARGV[i], ARGV[i + 1]
    copied[#copied + 1], is_copy[field] = ARGV[i], true
    local known_entry = redis.call('HGET', state, field)
    if not known_entry or string.match(known_entry, '^%S*') < string.match(entry, '^%S*') then
      redis.call('HSET', state, field, entry)
    end
  end
  redis.call('HSET', state, 'copied', table.concat(copied, ' '))
  -- Edited versions of messages that did not come with it.
  for _, field in ipairs(redis.call('HKEYS', state)) do
    if string.sub(field, 1, 8) == 'channel:' and not is_copy[field] then redis.call('HDEL', state, field) end
  end
end

local known = redis.call('EXISTS', turns) == 1
-- Set if the message was edited (its newest version) or removed (empty) before it arrived.
local early = redis.call('HGET', state, 'early:' .. ts)
if early == '' then return known and refresh_ttl('duplicate') or 'duplicate' end
local starts = asking == 'yes' or asking == 'workflow'
if not known and not starts then
  local missed = redis.call('HGET', state, 'missed') or ''
  if missed_ttl ~= '' and not string.find(missed, ts, 1, true) then
    redis.call('HSET', state, 'missed', missed .. ts .. ' ')
    redis.call('EXPIRE', state, missed_ttl)
  end
  return 'ignored'
end
-- Asked only now, but answered already: an edit of it regenerates that reply.
local function note_answered()
  local read = ' ' .. (redis.call('HGET', state, 'last:read') or '') .. ' '
  local at, to = string.find(read, ' ' .. ts .. ' ', 1, true)
  if not at then return end
  local answered = redis.call('HGET', state, 'last:answered')
  redis.call('HSET', state, 'last:read', string.sub(read, 2, at) .. string.sub(read, to + 1, -2))
  redis.call('HSET', state, 'last:answered', answered .. ' ' .. ts)
end

if redis.call('HEXISTS', folded, ts) == 1 then
  take_copies()
  if starts then note_answered() end
  return refresh_ttl('duplicate')
end
if redis.call('HEXISTS', turns, ts) == 1 then
  -- It may have come with the backlog, without them.
  take_copies()
  if stops == 'only' and redis.call('HGET', turns, ts) == stop_turn then return refresh_ttl('stop') end
  -- A turn from the backlog whose event arrives late still asks, unless a settled reply has read it.
  local unheard = string.find(redis.call('HGET', state, 'unheard') or '', ts, 1, true)
  if starts then note_answered() end
  if not starts or not unheard or redis.call('HSTRLEN', turns, ts) == 0 then return refresh_ttl('duplicate') end
  return refresh_ttl(redis.call('ZADD', pending, ts, ts) == 1 and 'pending' or 'duplicate')
end

local asks = asking == 'yes' or asking == 'known'
local first_author, several, newest, aside, workflow, authors
if known then
  first_author, several, newest, aside, workflow, authors =
    unpack(redis.call('HMGET', state, 'author', 'several', 'newest', 'aside', 'workflow', 'authors'))
end
authors = authors or ''
local is_listed = string.find(' ' .. authors, ' ' .. author .. ' ', 1, true)
if not several and (first_author or '') ~= '' and author ~= '' and first_author ~= author then several = '1' end
if asking == 'auto' then asks = not (several and aside == '1') end
-- Once, until a person writes: what the bot answers may set off the workflow again.
if asking == 'workflow' then asks = workflow ~= '1' end
-- Meant for the reply before, which people saw being written until then.
local settled_at = stops ~= '' and known and redis.call('HGET', state, 'settled:at')
local is_late = settled_at and tonumber(ts) + CLOCKS_DIFFER_S < tonumber(settled_at)
-- The questions of the reply that is being written; the oldest is the first.
local asked = stops ~= '' and known and not is_late and (stops == 'only' or asks) and redis.call('HGET', state, 'asked')
local is_stop = asked and string.match(asked, '^%S+') < ts
local is_stop_turn = is_stop or (is_late and stops == 'only')
if is_stop_turn and stops == 'only' then asks = false end

-- HSET is the first write because it fails when Redis is out of memory: either everything is written or nothing.
redis.call('HSET', turns, ts, early or (asks and turn) or (is_stop_turn and stop_turn) or context_turn)
redis.call('HDEL', state, 'early:' .. ts)
if not known then
  -- Left over from an earlier conversation: Redis evicts its keys one by one.
  redis.call('DEL', pending, folded)
  if redis.call('HEXISTS', state, 'v') == 1 then redis.call('DEL', state) end
  if redis.call('HEXISTS', state, 'missed') == 1 then is_first = '0' end
  redis.call('HSET', state, 'v', version, 'author', author, 'backlog', is_first)
end
take_copies()
if several then redis.call('HSET', state, 'several', '1') end
if author ~= '' and not is_listed then redis.call('HSET', state, 'authors', authors .. author .. ' ') end
if asking == 'workflow' then redis.call('HSET', state, 'workflow', '1') end
if asks then redis.call('ZADD', pending, ts, ts) end
if is_stop then redis.call('HSET', state, 'stopped', asked) end
if author ~= '' then
  redis.call('HDEL', state, 'workflow')
  if first_author == '' then redis.call('HSET', state, 'author', author) end
  if not newest or ts > newest then redis.call('HSET', state, 'newest', ts, 'aside', (asks or is_stop_turn) and '0' or '1') end
end
if is_stop then return refresh_ttl(asks and 'steer' or 'stop') end
return refresh_ttl(asks and 'pending' or 'context')

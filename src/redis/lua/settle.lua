--[[
  Finishes a reply: stores its turns, removes the answered turns from pending, deletes the reply in progress.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ttl, seconds
       2 run (empty: no ownership check)
       3 the reply in the form of a reply in progress, kept in case an edit reopens it (opaque)
       4 ts of the newest turn that the reply answers
       5 number of answered turns
       6 ts of turns that still ask, though the reply's prompt had them, separated by spaces
       7… ts of each answered turn, then per turn of the reply: ts, turn (opaque)
  Result: { 1, number of turns that are still pending } if settled, or if the conversation is unknown
          { 0 } if another run owns the reply: nothing changed
          { 2 } if a turn that this run answers was changed (`run` then ends in "!"): nothing changed
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ttl, run, reopened, after, answered_count = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local still_asks = ' ' .. ARGV[6] .. ' '
local answered, written, read, still_unheard = {}, {}, {}, {}

local owner = redis.call('HGET', state, 'run')
if run ~= '' and owner and owner ~= run then return { owner == run .. '!' and 2 or 0 } end
if redis.call('EXISTS', turns) == 0 then return { 1, 0 } end
-- HDEL is the first write because it works when Redis is out of memory, and the writes after it then work too.
-- Otherwise a full Redis would make the bot write the reply again.
for ts in string.gmatch(redis.call('HGET', state, 'redo') or '', '%S+') do redis.call('HDEL', state, 'redo:' .. ts) end
redis.call('HDEL', state, 'reply', 'after', 'redo', 'asked', 'stopped', 'again')
redis.call('ZREM', pending, 'reply')
for i = 7, answered_count + 6 do
  redis.call('ZREM', pending, ARGV[i])
  answered[#answered + 1] = ARGV[i]
  answered[ARGV[i]] = true
end
for i = answered_count + 7, #ARGV, 2 do
  local ts = ARGV[i]
  written[#written + 1] = ts
  -- HSETNX: a message of the reply that was deleted meanwhile stays deleted.
  redis.call('HSETNX', turns, ts, ARGV[i + 1])
  local newest = redis.call('HGET', state, 'newest')
  if not newest or ts > newest then redis.call('HSET', state, 'newest', ts, 'aside', '0') end
end
-- For a person who told it to stop, and is heard only now.
local now = redis.call('TIME')
redis.call('HSET', state, 'settled:at', string.format('%d.%06d', now[1], now[2]))
-- This reply has read the backlog, so those turns no longer ask. Except turns before the previous reply: they looked
-- answered when this reply was written.
if #written > 0 then
  local last_after = redis.call('HGET', state, 'last:after') or ''
  for ts in string.gmatch(redis.call('HGET', state, 'unheard') or '', '%S+') do
    if string.find(still_asks, ' ' .. ts .. ' ', 1, true) then
      still_unheard[#still_unheard + 1] = ts .. ' '
    elseif answered[ts] then
      -- Named by the caller.
    elseif ts <= last_after then
      still_unheard[#still_unheard + 1] = ts .. ' '
    elseif redis.call('ZREM', pending, ts) == 1 then
      answered[#answered + 1] = ts
    else
      read[#read + 1] = ts
    end
  end
  redis.call('HDEL', state, 'unheard')
  if #still_unheard > 0 then redis.call('HSET', state, 'unheard', table.concat(still_unheard)) end
  -- For an edit that reopens this reply.
  redis.call('HSET', state, 'last:answered', table.concat(answered, ' '), 'last:turns', table.concat(written, ' '))
  redis.call('HSET', state, 'last:read', table.concat(read, ' '), 'last:reply', reopened, 'last:after', after)
elseif #answered > 0 then
  redis.call('HDEL', state, 'last:answered', 'last:read', 'last:turns', 'last:reply', 'last:after')
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return { 1, redis.call('ZCARD', pending) }

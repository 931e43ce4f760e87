--[[
  Ends a reply: its turns in, the turns it answered no longer pending, the reply in progress forgotten.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ttl, seconds  2 run (empty: any)  3 the reply as one in progress, should it be written anew (opaque)  4 its `after`
       5 number of answered turns  then their ts  then pairs: ts, turn (opaque)
  Result: 0 if another run owns the reply, 2 if what it answers was changed (`run` ends in "!" then), and nothing was done; else 1
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ttl, run, again, after, answered = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local asked, written, unread = {}, {}, {}

local owner = redis.call('HGET', state, 'run')
if run ~= '' and owner and owner ~= run then return owner == run .. '!' and 2 or 0 end
if redis.call('EXISTS', turns) == 0 then return 1 end
-- The first write, being one that a full Redis takes: then it takes the rest too, and the reply is not begun again for that.
for ts in string.gmatch(redis.call('HGET', state, 'redo') or '', '%S+') do redis.call('HDEL', state, 'redo:' .. ts) end
redis.call('HDEL', state, 'reply', 'after', 'redo')
for i = 6, answered + 5 do
  redis.call('ZREM', pending, ARGV[i])
  asked[#asked + 1] = ARGV[i]
  asked[ARGV[i]] = true
end
for i = answered + 6, #ARGV, 2 do
  local ts = ARGV[i]
  written[#written + 1] = ts
  -- A message of the reply that somebody deleted meanwhile stays deleted.
  redis.call('HSETNX', turns, ts, ARGV[i + 1])
  local newest = redis.call('HGET', state, 'newest')
  if not newest or ts > newest then redis.call('HSET', state, 'newest', ts, 'aside', '0') end
end
-- Whoever wrote a reply had read what was read back from Slack, and it asks no more; but not what stood above an earlier reply.
if #written > 0 then
  local before = redis.call('HGET', state, 'last:after') or ''
  for ts in string.gmatch(redis.call('HGET', state, 'unheard') or '', '%S+') do
    if ts > before then
      redis.call('ZREM', pending, ts)
    elseif not asked[ts] then
      unread[#unread + 1] = ts .. ' '
    end
  end
  redis.call('HDEL', state, 'unheard')
  if #unread > 0 then redis.call('HSET', state, 'unheard', table.concat(unread)) end
  -- What an edit of a turn that it answered begins anew.
  redis.call('HSET', state, 'last:answered', table.concat(asked, ' '), 'last:turns', table.concat(written, ' '), 'last:reply', again, 'last:after', after)
elseif #asked > 0 then
  redis.call('HDEL', state, 'last:answered', 'last:turns', 'last:reply', 'last:after')
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return 1

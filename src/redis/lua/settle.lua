--[[
  Ends a reply: its turns in, the turns it answered no longer pending, the reply in progress forgotten.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ttl, seconds  2 run (empty: any)  3 number of answered turns  then their ts  then pairs: ts, turn (opaque)
  Result: 0 if another run owns the reply, and nothing was changed; else 1
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ttl, run, answered = ARGV[1], ARGV[2], tonumber(ARGV[3])

local owner = redis.call('HGET', state, 'run')
if run ~= '' and owner and owner ~= run then return 0 end
if redis.call('EXISTS', turns) == 0 then return 1 end
-- The first write, being one that a full Redis takes: then it takes the rest too, and the reply is not begun again for that.
redis.call('HDEL', state, 'reply')
for i = 4, answered + 3 do redis.call('ZREM', pending, ARGV[i]) end
for i = answered + 4, #ARGV, 2 do
  local ts = ARGV[i]
  -- A message of the reply that somebody deleted meanwhile stays deleted.
  redis.call('HSETNX', turns, ts, ARGV[i + 1])
  local newest = redis.call('HGET', state, 'newest')
  if not newest or ts > newest then redis.call('HSET', state, 'newest', ts, 'aside', '0') end
end
-- Whoever wrote a reply had read what was read back from Slack; nothing of it asks any more.
if #ARGV > answered + 3 then
  for ts in string.gmatch(redis.call('HGET', state, 'unheard') or '', '%S+') do redis.call('ZREM', pending, ts) end
  redis.call('HDEL', state, 'unheard')
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return 1

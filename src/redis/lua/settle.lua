--[[
  Ends a reply: its turns in, the turns it answered no longer pending, the reply in progress forgotten.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ttl, seconds  2 number of answered turns  then their ts  then pairs: ts, turn (opaque)
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ttl, answered = ARGV[1], tonumber(ARGV[2])

if redis.call('EXISTS', turns) == 0 then return end
for i = 3, answered + 2 do redis.call('ZREM', pending, ARGV[i]) end
for i = answered + 3, #ARGV, 2 do
  local ts = ARGV[i]
  -- A message of the reply that somebody deleted meanwhile stays deleted.
  redis.call('HSETNX', turns, ts, ARGV[i + 1])
  local newest = redis.call('HGET', state, 'newest')
  if not newest or ts > newest then redis.call('HSET', state, 'newest', ts, 'aside', '0') end
end
redis.call('HDEL', state, 'reply')
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end

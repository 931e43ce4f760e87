--[[
  Everything of a conversation at one moment. With a run, that run owns the reply from here on.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ttl, seconds  2 run (empty: only looks)  3 newest form of the data that the caller knows
  Result: nothing for an unknown conversation, its form for one of a newer form, else turns and state as flat lists of fields and values: { turns, pending, state }
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ttl, run, known = ARGV[1], ARGV[2], tonumber(ARGV[3])

if redis.call('EXISTS', turns) == 0 then return end
local form = tonumber(redis.call('HGET', state, 'v')) or known
if form > known then return form end
if run ~= '' then redis.call('HSET', state, 'run', run) end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return { redis.call('HGETALL', turns), redis.call('ZRANGE', pending, 0, -1), redis.call('HGETALL', state) }

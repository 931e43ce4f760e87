--[[
  Adds what was said before the bot was named; what is known already, or was removed, stays as it is.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ttl, seconds  then pairs: ts, turn (opaque)
]]
if redis.call('EXISTS', KEYS[1]) == 0 then return end
for i = 2, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[3], 'backlog', '1')
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[1]) end

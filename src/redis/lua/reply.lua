--[[
  Notes how far the reply in progress is.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 reply (opaque)  2 ttl, seconds
]]
if redis.call('EXISTS', KEYS[1]) == 0 then return end
redis.call('HSET', KEYS[3], 'reply', ARGV[1])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[2]) end

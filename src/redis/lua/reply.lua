--[[
  Notes how far the reply in progress is.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 reply (opaque)  2 ttl, seconds  3 run (empty: any)  4 ts of the newest turn that the reply answers
  Result: 0 if another run owns the reply, 2 if what it answers was changed (`run` ends in "!" then), and nothing was done; else 1
]]
local run, owner = ARGV[3], redis.call('HGET', KEYS[3], 'run')
if run ~= '' and owner and owner ~= run then return owner == run .. '!' and 2 or 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
redis.call('HSET', KEYS[3], 'reply', ARGV[1], 'after', ARGV[4])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[2]) end
return 1

--[[
  Stores the state of the reply in progress.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 reply (opaque)
       2 ttl, seconds
       3 run (empty: no ownership check)
       4 ts of the newest turn that the reply answers
  Result: 1 if stored, or if the conversation is unknown
          0 if another run owns the reply: nothing changed
          2 if a turn that this run answers was changed (`run` then ends in "!"): nothing changed
]]
local run, owner = ARGV[3], redis.call('HGET', KEYS[3], 'run')
if run ~= '' and owner and owner ~= run then return owner == run .. '!' and 2 or 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
redis.call('HSET', KEYS[3], 'reply', ARGV[1], 'after', ARGV[4])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[2]) end
return 1

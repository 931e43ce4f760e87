--[[
  Stores a summary of some turns and replaces the previous summary. Does nothing if, since the turns were read,
  a turn was edited or removed or another summary was stored.
  KEYS 1 turns
       2 pending
       3 state
  ARGV 1 ttl, seconds
       2 `changes` when the turns were read
       3 summary (opaque)
       4 ts of the turns covered, separated by spaces
  Result: 1 if stored, else 0
]]
local turns, state = KEYS[1], KEYS[3]
local ttl, changes, summary, covers = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('EXISTS', turns) == 0 then return 0 end
if (redis.call('HGET', state, 'changes') or '0') ~= changes then return 0 end
redis.call('HSET', state, 'summary', summary, 'covers', covers)
redis.call('HINCRBY', state, 'changes', 1)
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return 1

--[[
  Puts a summary in place of the turns that it covers, and of the summary before; not if a turn that is kept was edited
  or removed, or another summary was put there, since the turns were read.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ttl, seconds  2 number of changes when the turns were read  3 summary (opaque)  4 ts of the turns covered, with blanks between them
  Result: 1 if it was kept, else 0
]]
local turns, state = KEYS[1], KEYS[3]
local ttl, changes, summary, covers = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('EXISTS', turns) == 0 then return 0 end
if (redis.call('HGET', state, 'changes') or '0') ~= changes then return 0 end
redis.call('HSET', state, 'summary', summary, 'covers', covers)
redis.call('HINCRBY', state, 'changes', 1)
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return 1

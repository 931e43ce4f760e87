--[[
  Forgets what a conversation has said, as if each of its turns had been removed: their fields stay, empty, and so does what
  tells that the conversation is known. A run that is writing a reply has to load again.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ttl, seconds
       2… fields of the state that stay
  Result: number of turns that were forgotten
]]
local turns, pending, state, folded = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ttl = ARGV[1]

if redis.call('EXISTS', turns) == 0 then return 0 end
-- DEL is the first write because it works when Redis is out of memory.
redis.call('DEL', pending)
-- Its reply has to be withdrawn, and the sweeper must find that too: the mark goes with the reply.
if redis.call('HEXISTS', state, 'reply') == 1 then redis.call('ZADD', pending, 0, 'reply') end
local forgotten = 0
local function forget(key)
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.match(field, '^%d+%.%d+$') and redis.call('HSTRLEN', key, field) > 0 then
      redis.call('HSET', turns, field, '')
      forgotten = forgotten + 1
    end
  end
end
forget(turns)
forget(folded)
redis.call('DEL', folded)

local stays = {}
for i = 2, #ARGV do stays[ARGV[i]] = true end
for _, field in ipairs(redis.call('HKEYS', state)) do
  if not stays[field] then redis.call('HDEL', state, field) end
end
local run = redis.call('HGET', state, 'run')
if run and string.sub(run, -1) ~= '!' then redis.call('HSET', state, 'run', run .. '!') end
-- Of what stood in the channel before, too: nothing is copied again.
redis.call('HSET', state, 'copied', '', 'backlog', '1')
redis.call('HINCRBY', state, 'changes', 1)
for _, key in ipairs({ turns, state }) do redis.call('EXPIRE', key, ttl) end
return forgotten

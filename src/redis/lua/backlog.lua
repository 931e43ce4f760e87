--[[
  Adds what was said before the bot was named; what is known already, or was removed, stays as it is.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ttl, seconds  then threes: ts, turn (opaque), author (empty: the bot)
]]
local turns, state = KEYS[1], KEYS[3]

if redis.call('EXISTS', turns) == 0 then return end
local first = redis.call('HGET', state, 'author')
local unheard = {}
for i = 2, #ARGV, 3 do
  local ts, turn, author = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local added = redis.call('HSETNX', turns, ts, turn) == 1
  if added and author ~= '' then
    unheard[#unheard + 1] = ts
    if author ~= first then redis.call('HSET', state, 'several', '1') end
  end
end
if #unheard > 0 then
  redis.call('HSET', state, 'unheard', (redis.call('HGET', state, 'unheard') or '') .. table.concat(unheard, ' ') .. ' ')
end
redis.call('HSET', state, 'backlog', '1')
redis.call('HDEL', state, 'missed')
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[1]) end

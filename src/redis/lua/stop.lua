--[[
  Marks the reply that is being written as stopped.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ttl, seconds
       2 when the person stopped it (a ts): replies to later questions go on
       3 ts of the newest turn that the reply answers (empty: not known)
       4… ts of messages that were being written then (none: not known)
  Result: 1 if it is stopped
          0 if no reply is being written, or not the one that is meant
]]
local turns, state, folded = KEYS[1], KEYS[3], KEYS[4]
local ttl, at, after = unpack(ARGV, 1, 3)
local asked, current = unpack(redis.call('HMGET', state, 'asked', 'after'))
-- The oldest question is the first.
if not asked or string.match(asked, '^%S+') > at then return 0 end
if after ~= '' and after ~= current then return 0 end
-- Messages of an earlier reply are turns.
local is_settled = #ARGV > 3
for i = 4, #ARGV do
  if redis.call('HEXISTS', turns, ARGV[i]) + redis.call('HEXISTS', folded, ARGV[i]) == 0 then is_settled = false end
end
if is_settled then return 0 end
redis.call('HSET', state, 'stopped', asked)
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return 1

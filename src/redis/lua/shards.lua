--[[
  Agrees with the other processes on the number of queues that wake-ups are spread over.
  KEYS 1 processes
       2 shards: hash, see `shardKeys`
       3 starting: sorted set, see `shardKeys`
  ARGV 1 process
       2 number that it wants
       3 "1": processes whose lease is over are dead
  Result: { number, number of queues that may hold jobs }
          nothing if it wants another number than the fleet has, and other processes may live whose lease is over
]]
-- From here to its first beat a process has no lease.
local START_MS = 10000
-- The lease of a process that is not dead cannot be over for longer: Redis itself was away, perhaps.
local DOUBTFUL_MS = 60000

local processes, shards, starting = unpack(KEYS)
local process, wanted, are_dead = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000

redis.call('ZREMRANGEBYSCORE', starting, '-inf', now)
redis.call('ZREM', starting, process)
local others = redis.call('ZCOUNT', processes, now, '+inf') + redis.call('ZCARD', starting)
-- A fleet that stored none has one queue; so has one of earlier versions.
local number = tonumber(redis.call('HGET', shards, 'number')) or 1
local served = tonumber(redis.call('HGET', shards, 'served')) or number
if wanted ~= number and others == 0 then
  if are_dead ~= '1' and redis.call('ZCOUNT', processes, now - DOUBTFUL_MS, now) > 0 then return {} end
  number = wanted
end
served = math.max(served, number)
redis.call('HSET', shards, 'number', number, 'served', served)
redis.call('ZADD', starting, now + START_MS, process)
return { number, served }

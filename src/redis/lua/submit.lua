--[[
  Stores a job with its payload, and makes it due; a job that was submitted lately changes nothing.
  KEYS 11 known: sorted set, job → end of the time in which another one is the same
  ARGV 1 process
       2 number of the call
       3 runs that the process has room for
       4 job
       5 payload (opaque)
       6 milliseconds for which the job stays known
  Result: claimed jobs, see `claim`
]]
local process, call, room, job, payload, known_ms = unpack(ARGV)
local queue, known = queue_at(1), KEYS[11]
local known_until = tonumber(redis.call('ZSCORE', known, job) or 0)
if known_until <= now then
  -- HSET is the first write because it fails when Redis is out of memory: either everything is written or nothing.
  redis.call('HSET', queue.payloads, job, payload)
  put(queue, job, now)
  redis.call('ZADD', known, now + known_ms, job)
  redis.call('ZREMRANGEBYSCORE', known, '-inf', now)
  -- Some ids stay known for longer than others.
  local last = redis.call('ZREVRANGE', known, 0, 0, 'WITHSCORES')
  redis.call('PEXPIRE', known, math.ceil(tonumber(last[2]) - now))
end
return claim(queue, process, call, tonumber(room))

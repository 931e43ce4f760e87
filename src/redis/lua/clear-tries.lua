--[[
  Forgets the failures and deaths of a job, which then is no suspect any more. Changes nothing if another run has the job.
  ARGV 1 process
       2 job
       3 run
]]
local process, job, run = unpack(ARGV)
local queue = queue_at(1)
if redis.call('HGET', queue.held, job) ~= run then return end
-- HDEL also works when Redis is out of memory.
redis.call('HDEL', queue.tries, job)
if redis.call('HGET', queue.apart, process) == job then redis.call('HDEL', queue.apart, process) end

--[[
  Forgets the failures and deaths of a job, which then is no suspect any more. Changes nothing if another run has the job.
  ARGV 1 job
       2 run
]]
local job, run = unpack(ARGV)
local queue = queue_at(1)
if redis.call('HGET', queue.held, job) ~= run then return end
-- HDEL also works when Redis is out of memory.
redis.call('HDEL', queue.tries, job)
redis.call('HDEL', queue.apart, job)

--[[
  Counts the deaths of workers over a job, and its failures, anew, if the run that asks still has the job.
  KEYS 1 the job: a hash, in which BullMQ counts the one as `stc` and the other as `atm`  2 its lock
  ARGV 1 token of the run
  Result: 1 if so, else 0
]]
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
-- A write that a full Redis takes.
redis.call('HDEL', KEYS[1], 'stc', 'atm')
return 1

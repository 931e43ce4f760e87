--[[
  Resets a job's crash and attempt counts, if the calling run still holds the job's lock.
  KEYS 1 the job, a hash: BullMQ counts crashes in `stc` and attempts in `atm`
       2 the job's lock
  ARGV 1 token of the run
  Result: 1 if reset, 0 if another run holds the lock
]]
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
-- HDEL also works when Redis is out of memory.
redis.call('HDEL', KEYS[1], 'stc', 'atm')
return 1

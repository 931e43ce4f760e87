--[[
  Removes the wake-up that was added while the job was active, if the calling run still holds the job's lock.
  The caller then runs the job again.
  KEYS 1 the job's lock
       2 where BullMQ keeps what was added meanwhile (`keepLastIfActive`)
  ARGV 1 token of the run
  Result: 1 if there was a wake-up, 0 if there was none or another run holds the lock
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[2])

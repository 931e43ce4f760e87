--[[
  Takes the wake-up that came while a job was active, if the run that asks still has the job: it will be run again for it.
  KEYS 1 the job's lock  2 where BullMQ keeps what was added meanwhile (`keepLastIfActive`)
  ARGV 1 token of the run
  Result: 1 if there was one, else 0
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[2])

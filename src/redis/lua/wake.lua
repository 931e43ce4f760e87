--[[
  Makes a job due, or lets it run again if it is running.
  ARGV 1 process
       2 number of the call
       3 runs that the process has room for
       4 job
  Result: claimed jobs, see `claim`
]]
local process, call, room, job = unpack(ARGV)
local queue = queue_at(1)
if redis.call('HEXISTS', queue.held, job) == 1 then
  redis.call('SADD', queue.again, job)
else
  put(queue, job, now)
end
return claim(queue, process, call, tonumber(room))

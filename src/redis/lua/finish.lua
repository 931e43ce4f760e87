--[[
  Ends a run. Changes nothing if another run has the job.
  ARGV 1 process
       2 number of the call
       3 runs that the process has room for
       4 job
       5 run
       6 outcome: done | failed | postponed | handed over
       7 milliseconds until the next run, unless the job was woken meanwhile
  Result: claimed jobs, see `claim`
]]
local process, call, room, job, run, outcome, delay_ms = unpack(ARGV)
local queue = queue_at(1)
if redis.call('HGET', queue.held, job) == run then
  local is_woken = release(queue, job)
  if outcome == 'failed' then
    local tries = tries_of(queue, job)
    tries.failed = tries.failed + 1
    write_tries(queue, job, tries)
  elseif outcome == 'done' then
    redis.call('HDEL', queue.tries, job)
    if not is_woken then redis.call('HDEL', queue.payloads, job) end
  end
  if is_woken then
    put(queue, job, now)
  elseif outcome ~= 'done' then
    put(queue, job, now + delay_ms)
  end
end
return claim(queue, process, call, tonumber(room))

--[[
  What the scripts of the queues have in common; it stands in front of each of them. Times are milliseconds since 1970 by
  Redis's clock, for those of the processes may differ.
  KEYS 1 processes, 2 deaths, 3 recovering, see `fleetKeys`
       then the keys of each queue, in the order of `queueKeys`
]]
local KEYS_OF_A_QUEUE = 7
-- A process that dies takes many jobs with it, and at most one is the cause. A job that was in two of them is a suspect,
-- and runs apart from others: eight in a process, half as many after each further death, at last one.
local DEATHS_OF_A_SUSPECT = 2
local function most_beside(deaths) return math.max(1, 2 ^ (5 - deaths)) end

local processes, deaths_of_processes, recovering = KEYS[1], KEYS[2], KEYS[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000

local function queue_at(n)
  local due, suspects, held, again, tries, apart, payloads =
    unpack(KEYS, 4 + (n - 1) * KEYS_OF_A_QUEUE, 3 + n * KEYS_OF_A_QUEUE)
  return { due = due, suspects = suspects, held = held, again = again, tries = tries, apart = apart, payloads = payloads }
end

local function has_lease(process) return (tonumber(redis.call('ZSCORE', processes, process) or 0)) > now end

-- What a job has been through, see `tries` in `queueKeys`.
local TRIES = { 'failed', 'deaths', 'alone', 'guilty', 'stalls', 'rests_until', 'first_death' }
local function tries_in(line)
  local tries, words = {}, {}
  for word in string.gmatch(line, '%S+') do words[#words + 1] = word end
  for n, name in ipairs(TRIES) do tries[name] = tonumber(words[n]) or 0 end
  tries.newest_death = words[#TRIES + 1] or ''
  return tries
end

local function tries_of(queue, job) return tries_in(redis.call('HGET', queue.tries, job) or '') end

local function write_tries(queue, job, tries)
  local words = {}
  for n, name in ipairs(TRIES) do words[n] = string.format('%d', tries[name]) end
  words[#words + 1] = tries.newest_death
  redis.call('HSET', queue.tries, job, table.concat(words, ' '))
end

local function is_suspect(tries) return tries.deaths >= DEATHS_OF_A_SUSPECT end

-- Lets the job run at that time, or earlier if it was to run earlier. One that rests does not run before.
local function put(queue, job, at)
  local tries = tries_of(queue, job)
  local line = is_suspect(tries) and queue.suspects or queue.due
  local known = redis.call('ZSCORE', line, job)
  at = math.max(at, tries.rests_until)
  if not known or tonumber(known) > at then redis.call('ZADD', line, at, job) end
end

-- Ends a run, whatever became of it. Returns whether the job was woken meanwhile.
local function release(queue, job)
  -- HDEL is the first write because it works when Redis is out of memory, and the writes after it then work too.
  redis.call('HDEL', queue.held, job)
  redis.call('HDEL', queue.apart, job)
  return redis.call('SREM', queue.again, job) == 1
end

local function first_due(line) return redis.call('ZRANGEBYSCORE', line, '-inf', now, 'LIMIT', 0, 1)[1] end

local function is_held_by(queue, job, process)
  local run = redis.call('HGET', queue.held, job)
  return run and string.find(run, process .. ':', 1, true) == 1
end

-- The suspect that waits longest, if the process may run it now.
local function next_suspect(queue, process)
  local job = first_due(queue.suspects)
  if not job then return end
  local number, most = 0, most_beside(tries_of(queue, job).deaths)
  local apart = redis.call('HGETALL', queue.apart)
  for i = 1, #apart, 2 do
    local other = apart[i]
    if apart[i + 1] == process and is_held_by(queue, other, process) then
      number, most = number + 1, math.min(most, most_beside(tries_of(queue, other).deaths))
    end
  end
  return number < most and job
end

-- Gives the process what is due, oldest first, for at most `room` runs. Returns job, run, tries, payload of each.
local function claim(queue, process, call, room)
  local claimed = {}
  if not has_lease(process) or redis.call('EXISTS', recovering) == 1 then return claimed end
  for n = 1, room do
    local suspect = next_suspect(queue, process)
    local job = suspect or first_due(queue.due)
    if not job then break end
    redis.call('ZREM', suspect and queue.suspects or queue.due, job)
    local run = process .. ':' .. call .. ':' .. n
    redis.call('HSET', queue.held, job, run)
    if suspect then redis.call('HSET', queue.apart, job, process) end
    claimed[#claimed + 1] = job
    claimed[#claimed + 1] = run
    claimed[#claimed + 1] = redis.call('HGET', queue.tries, job) or ''
    claimed[#claimed + 1] = redis.call('HGET', queue.payloads, job) or ''
  end
  return claimed
end

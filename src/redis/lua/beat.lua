--[[
  Renews the lease of a process, brings its runs and what is stored of them together, takes over the jobs of processes
  whose lease is over, and claims what is due.
  ARGV 1 process
       2 number of the call
       3 length of the lease, milliseconds (0: the process leaves)
       4 JSON: { isKnown: the process has had a lease before,
                 calls: numbers of other calls that are on their way,
                 queues: for each { room, runs: [job, run] of each run, ending: the same of runs that are being finished } }
  The last of KEYS, if ARGV 4 says `readsSettings`: exists once anybody has set anything
  Result: { for each queue { claimed jobs, see `claim`; runs whose job another run has; number of jobs taken over;
                             jobs that from now on rest },
            1 if anybody has set anything, else 0 }
]]
-- A process may be killed from outside while it runs a suspect. So a job is guilty of the deaths after so many with it as
-- the one suspect, and half of one more for each process that died without it, lately or since the job's first death.
-- Simulated: three processes, one of them killed every 2.5 to 4.5 s, and 50 answers of 1 to 4 s each beside a question that
-- kills. In none of 400 such storms was an innocent job blamed, nor in 200 with answers of 2.5 to 10 s on a starved machine
-- (in 10 of these if only the last minute counts); the guilty one was found after 80 s, and without the kills from outside
-- after 37.
local DEATHS_OF_THE_GUILTY = 3
local MORE_PER_OTHER_DEATH = 0.5
local LATELY_MS = 60000
local LONGEST_AGO_MS = 120000
-- A guilty job only says so, and is done. If it still kills so many more, it is left alone for a day.
local DEATHS_BEFORE_REST = 3
local REST_MS = 86400000
-- A process that only stood still comes back, and has not died. But a job may be what makes it stand still, for good.
local STALLS_OF_A_DEATH = 4
local DEATHS_KNOWN_MS = 3600000

local process, call, lease_ms, state = ARGV[1], ARGV[2], tonumber(ARGV[3]), cjson.decode(ARGV[4])

-- After an outage of Redis every lease is over. So a process without a lease of its own takes nothing over, and if
-- nobody has one, all that have jobs get one.
local takes_over = has_lease(process)
local is_outage = redis.call('ZCOUNT', processes, now, '+inf') == 0
local alive = {}
local function is_alive(other)
  if alive[other] == nil then alive[other] = has_lease(other) end
  return alive[other]
end

-- ZREM is the first write because it works when Redis is out of memory, and the writes after it then work too.
local was_taken_over = redis.call('ZREM', deaths_of_processes, process) == 1
-- Without its keys, Redis does not know what runs. Until each process has said what it runs, nothing else is begun.
if state.isKnown and not was_taken_over and not redis.call('ZSCORE', processes, process) then
  redis.call('SET', recovering, '1', 'PX', math.max(1, lease_ms), 'NX')
end
if lease_ms > 0 then
  redis.call('ZADD', processes, now + lease_ms, process)
else
  redis.call('ZREM', processes, process)
end

local on_its_way = {}
for _, number in ipairs(state.calls) do on_its_way[tostring(number)] = true end

-- The queue's keys may have been deleted: then nobody else has these jobs.
local function hold_again(queue, job, run)
  local woken = redis.call('ZREM', queue.due, job) + redis.call('ZREM', queue.suspects, job)
  redis.call('HSET', queue.held, job, run)
  if woken > 0 then redis.call('SADD', queue.again, job) end
end

if takes_over then
  for _, dead in ipairs(redis.call('ZRANGEBYSCORE', processes, '-inf', now)) do
    redis.call('ZADD', deaths_of_processes, now, dead)
  end
  redis.call('ZREMRANGEBYSCORE', deaths_of_processes, '-inf', now - DEATHS_KNOWN_MS)
  redis.call('ZREMRANGEBYSCORE', processes, '-inf', now)
end

-- Process → number of suspects that it runs.
local function suspects_by_process(queue)
  local numbers, apart = {}, redis.call('HGETALL', queue.apart)
  for i = 2, #apart, 2 do numbers[apart[i]] = (numbers[apart[i]] or 0) + 1 end
  return numbers
end

-- Returns whether the job rests from now on.
local function count_death(queue, job, dead, is_one_suspect)
  local tries, rests = tries_of(queue, job), false
  tries.deaths = tries.deaths + 1
  if tries.first_death == 0 then tries.first_death = now end
  tries.newest_death = dead .. (is_one_suspect and '!' or '')
  if is_one_suspect then
    tries.alone = tries.alone + 1
    local since = math.min(now - LATELY_MS, math.max(tries.first_death, now - LONGEST_AGO_MS))
    local others = math.max(0, redis.call('ZCOUNT', deaths_of_processes, since, '+inf') - tries.deaths)
    if tries.guilty > 0 or tries.alone >= DEATHS_OF_THE_GUILTY + others * MORE_PER_OTHER_DEATH then
      tries.guilty = tries.guilty + 1
    end
    rests = tries.guilty > DEATHS_BEFORE_REST
    if rests then tries.guilty, tries.rests_until, tries.newest_death = 1, now + REST_MS, '' end
  end
  write_tries(queue, job, tries)
  return rests
end

-- For a process that was taken over, and is alive.
local function take_back_deaths(queue)
  local all = redis.call('HGETALL', queue.tries)
  for i = 1, #all, 2 do
    local job, tries = all[i], tries_in(all[i + 1])
    local was_alone = tries.newest_death == process .. '!'
    if was_alone or tries.newest_death == process then
      tries.newest_death, tries.stalls = '', tries.stalls + 1
      if tries.stalls % STALLS_OF_A_DEATH > 0 then
        tries.deaths = tries.deaths - 1
        if was_alone then tries.alone, tries.guilty = tries.alone - 1, math.max(0, tries.guilty - 1) end
      end
      write_tries(queue, job, tries)
      local at = redis.call('ZSCORE', queue.suspects, job)
      if at and not is_suspect(tries) then
        redis.call('ZREM', queue.suspects, job)
        put(queue, job, tonumber(at))
      end
    end
  end
end

local results = {}
for n, own in ipairs(state.queues) do
  local queue, is_own, lost, taken_over, resting = queue_at(n), {}, {}, 0, {}
  if was_taken_over then take_back_deaths(queue) end
  for _, entry in ipairs(own.ending) do is_own[entry[1]] = entry[2] end
  for _, entry in ipairs(own.runs) do
    local job, run = unpack(entry)
    local holder = redis.call('HGET', queue.held, job)
    if not holder and not was_taken_over then
      hold_again(queue, job, run)
      holder = run
    end
    if holder == run then is_own[job] = run else lost[#lost + 1] = run end
  end
  local held, suspects = redis.call('HGETALL', queue.held), suspects_by_process(queue)
  for i = 1, #held, 2 do
    local job, run = held[i], held[i + 1]
    local holder, number = string.match(run, '^([^:]+):([^:]+)')
    if holder == process then
      -- Claimed by a call whose answer was lost.
      if is_own[job] ~= run and not on_its_way[number] then
        release(queue, job)
        put(queue, job, now)
      end
    elseif not is_alive(holder) then
      if takes_over then
        local is_one_suspect = suspects[holder] == 1 and redis.call('HGET', queue.apart, job) == holder
        if count_death(queue, job, holder, is_one_suspect) then resting[#resting + 1] = job end
        release(queue, job)
        put(queue, job, now)
        taken_over = taken_over + 1
      elseif is_outage and lease_ms > 0 then
        redis.call('ZADD', processes, now + lease_ms, holder)
      end
    end
  end
  results[n] = { {}, lost, taken_over, resting }
end
for n, own in ipairs(state.queues) do
  if lease_ms > 0 then results[n][1] = claim(queue_at(n), process, call, own.room) end
end
return { results, state.readsSettings and redis.call('EXISTS', KEYS[#KEYS]) or 0 }

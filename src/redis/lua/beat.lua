--[[
  Renews the lease of a process, brings its runs and what is stored of them together, takes over the jobs of processes
  whose lease is over, and claims what is due.
  ARGV 1 process
       2 number of the call
       3 length of the lease, milliseconds (0: the process leaves)
       4 JSON: { calls: numbers of other calls that are on their way,
                 queues: for each { room, runs: [job, run] of each run, ending: the same of runs that are being finished } }
  The last of KEYS: exists once anybody has set anything
  Result: { for each queue { claimed jobs, see `claim`; runs whose job another run has; number of jobs taken over },
            1 if anybody has set anything, else 0 }
]]
-- A process may be killed from outside while it runs a suspect. So a job is guilty of the deaths after so many with it as
-- the one suspect, and half of one more for each process that died lately without it. Simulated: three processes, one of
-- them killed every 2.5 to 4.5 s, and 50 answers of 1 to 4 s each beside a question that kills. In none of 2,500 such storms
-- was an innocent job blamed (nor in 400 with answers of 2 to 8 s); the guilty one was found after 44 s, without the kills
-- from outside after 28. If 6 deaths were enough whatever else happens, one storm in 300 would blame an innocent job.
local DEATHS_OF_THE_GUILTY = 3
local MORE_PER_OTHER_DEATH = 0.5
local LATELY_MS = 60000
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

local function count_death(queue, job, is_one_suspect)
  local failed, deaths, alone, guilty = tries_of(queue, job)
  deaths = deaths + 1
  if is_one_suspect then
    alone = alone + 1
    local others = math.max(0, redis.call('ZCOUNT', deaths_of_processes, now - LATELY_MS, '+inf') - deaths)
    if alone >= DEATHS_OF_THE_GUILTY + others * MORE_PER_OTHER_DEATH then guilty = 1 end
  end
  redis.call('HSET', queue.tries, job, table.concat({ failed, deaths, alone, guilty }, ' '))
end

local results = {}
for n, own in ipairs(state.queues) do
  local queue, is_own, lost, taken_over = queue_at(n), {}, {}, 0
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
        count_death(queue, job, suspects[holder] == 1 and redis.call('HGET', queue.apart, job) == holder)
        release(queue, job)
        put(queue, job, now)
        taken_over = taken_over + 1
      elseif is_outage and lease_ms > 0 then
        redis.call('ZADD', processes, now + lease_ms, holder)
      end
    end
  end
  results[n] = { {}, lost, taken_over }
end
for n, own in ipairs(state.queues) do
  if lease_ms > 0 then results[n][1] = claim(queue_at(n), process, call, own.room) end
end
return { results, redis.call('EXISTS', KEYS[#KEYS]) }

--[[
  Forgets the job that a conversation's wake-ups are deduplicated by, if it is still this one. Call it for a job that is in
  no list of the queue, so that it would never run.
  KEYS 1 id of the job, under the conversation's key
       2 the job, a hash (not the failed one, which is kept for a look)
  ARGV 1 id of the job
       2 '1' to delete the job too
  Result: 1 if forgotten, 0 if another job has taken its place
]]
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
if ARGV[2] == '1' then redis.call('DEL', KEYS[2]) end
return 1

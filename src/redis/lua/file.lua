--[[
  Keeps what was read of a file. What is kept is JSON, or a word: "forgotten" (nothing may be kept now), "removed".
  KEYS 1 file
       2 places: turns that show it
  ARGV 1 read | save | forget | remove
       2 ttl, seconds
       3 read: the place (opaque); save: the content (opaque); forget, remove: seconds in which nothing is kept
  Result: read: what is kept, or nil; remove: the places
]]
local file, places = KEYS[1], KEYS[2]
local what, ttl, given = unpack(ARGV)
if what == 'read' then
  redis.call('SADD', places, given)
  redis.call('EXPIRE', places, ttl)
  local kept = redis.call('GET', file)
  if kept and kept ~= 'forgotten' then redis.call('EXPIRE', file, ttl) end
  return kept
end
if what == 'save' then return redis.call('SET', file, given, 'EX', ttl, 'NX') end
local was_removed = redis.call('GET', file) == 'removed'
-- DEL is the first write because it works when Redis is out of memory, and the writes after it then work too.
redis.call('DEL', file)
if what == 'forget' and not was_removed then
  redis.call('SET', file, 'forgotten', 'EX', given)
  return
end
local shown = redis.call('SMEMBERS', places)
-- Where nothing shows it, only somebody who is reading it now has to know.
redis.call('SET', file, 'removed', 'EX', #shown > 0 and ttl or given)
return shown

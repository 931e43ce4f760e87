--[[
  Keeps what was read of a file. What is kept is JSON, or a word: "forgotten" (nothing may be kept now), "removed".
  KEYS 1 file
       2 places: turns that show it
       3 claim
  ARGV 1 read | save | claim | release | forget | remove
       2 ttl, seconds
       3 read: the place (opaque); save: the content (opaque); claim, release: the owner; forget, remove: seconds in which
         nothing is kept
       4 claim: how long it lasts, milliseconds
  Result: read: what is kept, or nil; claim: how many owners in a row, or nil; remove: the places
]]
local file, places, claim = KEYS[1], KEYS[2], KEYS[3]
local what, ttl, given = unpack(ARGV)
if what == 'claim' then
  local kept = redis.call('GET', file)
  if kept and kept ~= 'forgotten' then return end
  local owner, ends, owners = unpack(redis.call('HMGET', claim, 'owner', 'ends', 'owners'))
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if owner and owner ~= given and tonumber(ends) > now then return end
  local count = tonumber(owners or 0) + (owner == given and 0 or 1)
  redis.call('HSET', claim, 'owner', given, 'ends', string.format('%.0f', now + ARGV[4]), 'owners', count)
  redis.call('EXPIRE', claim, 3600)
  return count
end
if what == 'release' then
  if redis.call('HGET', claim, 'owner') == given then redis.call('DEL', claim) end
  return
end
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

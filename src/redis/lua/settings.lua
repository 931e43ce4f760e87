--[[
  Stores a layer of settings and its line in the log, unless somebody else has changed the layer since it was read.
  KEYS 1 layers
       2 log
  ARGV 1 field of the layer
       2 what was read of it (empty: nothing)
       3 new values, opaque
       4 line of the log, opaque
       5 lines to keep
  Result: 1 if it is stored, 0 if the layer is another one by now
]]
local layers, log = KEYS[1], KEYS[2]
local field, was, values, line, kept = unpack(ARGV)

if (redis.call('HGET', layers, field) or '') ~= was then return 0 end
redis.call('HSET', layers, field, values)
redis.call('LPUSH', log, line)
redis.call('LTRIM', log, 0, kept - 1)
return 1

--[[
  Stores a segment: a summary of turns, which move to `folded`, and of segments, which it replaces. Does nothing if, since the turns were read, a turn was edited or removed or another segment was stored.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ttl, seconds
       2 `changes` when the turns were read
       3 format version of a conversation with segments
       4 id of the segment
       5 segment (opaque)
       6 highest ts that it covers
       7 id of the segment that it precedes (empty: it is the last, or takes the place of segments)
       8 ids of the segments that it replaces
       9 number of segments to seal: their turns are deleted
       10… per sealed segment: id, the lowest and the highest ts that it may cover; then ts of the turns covered
  Result: 1 if stored, else 0
]]
local turns, state, folded = KEYS[1], KEYS[3], KEYS[4]
local ttl, changes, version, id, segment, newest, before, parts = unpack(ARGV, 1, 8)
local first_turn = 10 + 2 * tonumber(ARGV[9])

local function list(key, field)
  return string.gmatch(redis.call('HGET', key, field) or '', '%S+')
end

local function seal(sealed)
  for part in list(folded, 'parts:' .. sealed) do
    seal(part)
    redis.call('HDEL', folded, 'segment:' .. part, 'sealed:' .. part)
  end
  for ts in list(folded, 'turns:' .. sealed) do
    redis.call('HDEL', folded, ts)
    redis.call('HDEL', state, 'edited:' .. ts)
  end
  redis.call('HDEL', folded, 'parts:' .. sealed, 'turns:' .. sealed)
end

-- The ids of all segments in order.
local function with_new_segment()
  local ids, is_placed = {}, false
  for existing in list(state, 'segments') do
    local is_part = string.find(' ' .. parts .. ' ', ' ' .. existing .. ' ', 1, true)
    if not is_placed and (is_part or existing == before) then
      ids[#ids + 1], is_placed = id, true
    end
    if not is_part then ids[#ids + 1] = existing end
  end
  if not is_placed then ids[#ids + 1] = id end
  return table.concat(ids, ' ')
end

if redis.call('EXISTS', turns) == 0 then return 0 end
if (redis.call('HGET', state, 'changes') or '0') ~= changes then return 0 end
-- HSET is the first write because it fails when Redis is out of memory: either everything is written or nothing.
redis.call('HSET', state, 'segment:' .. id, segment, 'segments', with_new_segment(), 'v', version)
redis.call('HINCRBY', state, 'changes', 1)
-- Summaries of an earlier version of the program, whose turns were never moved.
redis.call('HDEL', state, 'unfolded:by', 'summary', 'covers')
if parts ~= '' then
  redis.call('HSET', folded, 'parts:' .. id, parts)
  for part in string.gmatch(parts, '%S+') do
    redis.call('HSET', folded, 'segment:' .. part, redis.call('HGET', state, 'segment:' .. part))
    redis.call('HDEL', state, 'segment:' .. part)
  end
end
local covered = {}
local function fold(ts)
  redis.call('HSET', folded, ts, redis.call('HGET', turns, ts))
  redis.call('HDEL', turns, ts)
  covered[#covered + 1] = ts
end
for i = first_turn, #ARGV do
  if redis.call('HEXISTS', turns, ARGV[i]) == 1 then fold(ARGV[i]) end
end
-- Removed turns go with their neighbours.
for _, ts in ipairs(redis.call('HKEYS', turns)) do
  if ts <= newest and redis.call('HSTRLEN', turns, ts) == 0 then fold(ts) end
end
if #covered > 0 then redis.call('HSET', folded, 'turns:' .. id, table.concat(covered, ' ')) end
for i = 10, first_turn - 1, 2 do
  seal(ARGV[i])
  redis.call('HSET', folded, 'sealed:' .. ARGV[i], ARGV[i + 1])
end
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
return 1

--[[
  Replaces a turn by a newer form of it, or removes it for good (its field stays, empty). Of a turn that has not come yet
  it is kept for `append` what became of it; of a conversation that is not known, by whom it is not asked, only that it was there.
  KEYS 1 turns  2 pending  3 state
  ARGV 1 ts  2 turn (opaque; empty: remove)  3 time of the edit (a ts)  4 ttl, seconds  5 newest form of the data that the caller knows
       6 seconds in which the turn may still come (empty: it is too old for that)  7 "1" if it asks, or is removed
       8 "1" if the turn asks now and did not before  9 "1" if what answers the old words is to be written anew
  Result: changed | unchanged | unknown; newer if the conversation is of a newer form, whose turns are only removed
]]
local turns, pending, state = KEYS[1], KEYS[2], KEYS[3]
local ts, turn, edited, ttl, form, early, asks, newly, anew = unpack(ARGV)

local function keep(result)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
  return result
end

-- The run that is answering it has read what does not count any more: it keeps the reply, but has to load again.
local function disown()
  local run, after, reply = unpack(redis.call('HMGET', state, 'run', 'after', 'reply'))
  if not reply then after = false end
  if run and string.sub(run, -1) ~= '!' and (not after or ts <= after) then redis.call('HSET', state, 'run', run .. '!') end
end

-- What was said is other than what a summary may have read, be it stored or only asked for as yet.
local function is_changed(one)
  redis.call('HINCRBY', state, 'changes', 1)
  if string.find(redis.call('HGET', state, 'covers') or '', one, 1, true) then redis.call('HDEL', state, 'summary', 'covers') end
end

local function list(field)
  return string.gmatch(redis.call('HGET', state, field) or '', '%S+')
end

local function is_answered_last()
  for one in list('last:answered') do
    if one == ts then return true end
  end
  return false
end

local function is_idle()
  return redis.call('ZCARD', pending) == 0 and redis.call('HEXISTS', state, 'reply') == 0
end

-- What the newest reply answered asks once more, and its messages are those of a reply in progress; not if somebody took one away.
local function ask_again()
  for one in list('last:turns') do
    if redis.call('HSTRLEN', turns, one) == 0 then return end
  end
  for one in list('last:answered') do
    if redis.call('HSTRLEN', turns, one) > 0 then redis.call('ZADD', pending, one, one) end
  end
  for one in list('last:turns') do
    redis.call('HSET', state, 'redo:' .. one, redis.call('HGET', turns, one))
    redis.call('HDEL', turns, one)
    is_changed(one)
  end
  local reply, after = unpack(redis.call('HMGET', state, 'last:reply', 'last:after'))
  redis.call('HSET', state, 'reply', reply, 'after', after, 'redo', redis.call('HGET', state, 'last:turns'))
  redis.call('HDEL', state, 'last:answered', 'last:turns', 'last:reply', 'last:after')
end

local known = redis.call('EXISTS', turns) == 1
local old = known and redis.call('HGET', turns, ts)
local last = redis.call('HGET', state, 'edited:' .. ts)
local is_newer = turn == '' or not last or last < edited

if not known or (not old and turn ~= '') then
  if early ~= '' and redis.call('HGET', state, 'early:' .. ts) ~= '' and is_newer then
    if known or asks == '1' then
      redis.call('HSET', state, 'early:' .. ts, turn, 'edited:' .. ts, edited)
    else
      -- Its words are for whoever reads the backlog; its event may still bring the old ones.
      local missed = redis.call('HGET', state, 'missed') or ''
      if not string.find(missed, ts, 1, true) then redis.call('HSET', state, 'missed', missed .. ts .. ' ') end
      redis.call('HDEL', state, 'early:' .. ts, 'edited:' .. ts)
    end
    if not known then redis.call('EXPIRE', state, early) end
  end
  return known and keep('unknown') or 'unknown'
end

if turn == '' then
  -- The first write, being one that a full Redis takes: then it takes the rest too, and what was deleted is gone.
  local waited = redis.call('ZREM', pending, ts) == 1
  redis.call('HSET', turns, ts, '')
  redis.call('HDEL', state, 'edited:' .. ts, 'early:' .. ts)
  if waited then disown() end
  if old and old ~= '' then is_changed(ts) end
  if not old then return keep('unknown') end
  return keep(old == '' and 'unchanged' or 'changed')
end

if old == '' or not is_newer then return keep('unchanged') end
if (tonumber(redis.call('HGET', state, 'v')) or 0) > tonumber(form) then return 'newer' end
redis.call('HSET', turns, ts, turn)
redis.call('HSET', state, 'edited:' .. ts, edited)
local changed, answered = old ~= turn, is_answered_last()
if changed then is_changed(ts) end
if redis.call('ZSCORE', pending, ts) then
  if changed and anew == '1' then disown() end
elseif newly == '1' and not answered then
  redis.call('ZADD', pending, ts, ts)
elseif changed and anew == '1' and answered and is_idle() then
  ask_again()
end
return keep(changed and 'changed' or 'unchanged')

--[[
  Replaces a turn with an edited version, or removes it for good (its field stays, empty).
  If the turn has not arrived yet, its new state is kept for `append`. In an unknown conversation an edit that does not
  ask the bot is not kept: only the ts is noted in `missed`.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ts
       2 turn (opaque; empty: remove it)
       3 time of the edit (a ts)
       4 ttl, seconds
       5 newest format version that the caller can write
       6 seconds in which the turn may still arrive (empty: too old to arrive, except with the backlog)
       7 "1" if the turn asks the bot, or is removed
       8 "1" if the turn asks the bot now and did not before
       9 "1" if the reply to the old text is to be regenerated
      10 who wrote the turn (empty: not known)
      11 id of an act by which the reply with the message `ts` is to be written again (empty or none: an edit or removal)
      12 what it shall say: the index of a version, or "new"
      13 "1" if only a file of the turn was deleted, and the turn stays
      14 replaces only a turn with these bytes in it (empty or none: whatever it is)
  Result: changed | unchanged
          unknown if the turn has not arrived
          newer if the conversation has a newer format version: nothing changed (removals are never refused)
]]
local turns, pending, state, folded = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ts, turn, edited_at, ttl, writable_version, early_ttl, asks, newly_asks, regenerate, author = unpack(ARGV, 1, 10)
local again, version, file_deleted, only_with = unpack(ARGV, 11, 14)

local function refresh_ttl(result)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ttl) end
  return result
end

-- Tells the run that is answering the turn to load the conversation again. The run still owns the reply. An edit asks for
-- another answer than the one that was stopped.
local function mark_run_amended()
  local run, after, reply, stopped = unpack(redis.call('HMGET', state, 'run', 'after', 'reply', 'stopped'))
  if not reply then after = false end
  if run and string.sub(run, -1) ~= '!' and (not after or ts <= after) then
    redis.call('HSET', state, 'run', run .. '!')
  end
  if turn ~= '' and stopped and string.find(stopped, ts, 1, true) then redis.call('HDEL', state, 'stopped') end
end

local function list(field, key)
  return string.gmatch(redis.call('HGET', key or state, field) or '', '%S+')
end

local function covers(id, covered_ts)
  for part in list('parts:' .. id, folded) do
    if covers(part, covered_ts) then return true end
  end
  local oldest, newest = string.match(redis.call('HGET', folded, 'sealed:' .. id) or '', '^(%S+) (%S+)$')
  -- The turns of a sealed segment are no longer known by their ts. Those of two segments may overlap in time.
  if oldest and redis.call('HEXISTS', folded, covered_ts) + redis.call('HEXISTS', turns, covered_ts) == 0 then
    return oldest <= covered_ts and covered_ts <= newest
  end
  return string.find(redis.call('HGET', folded, 'turns:' .. id) or '', covered_ts, 1, true) ~= nil
end

-- Drops the smallest segments in `id` that may cover the turn; their turns return. Adds the ids of what stays of `id` to `kept`.
local function unfold_from(id, covered_ts, kept)
  for part in list('parts:' .. id, folded) do
    if covers(part, covered_ts) then
      unfold_from(part, covered_ts, kept)
    else
      redis.call('HSET', state, 'segment:' .. part, redis.call('HGET', folded, 'segment:' .. part))
      kept[#kept + 1] = part
    end
    redis.call('HDEL', folded, 'segment:' .. part)
  end
  for turn_ts in list('turns:' .. id, folded) do
    local folded_turn = redis.call('HGET', folded, turn_ts)
    if folded_turn then redis.call('HSET', turns, turn_ts, folded_turn) end
    redis.call('HDEL', folded, turn_ts)
  end
  redis.call('HDEL', folded, 'parts:' .. id, 'turns:' .. id, 'sealed:' .. id)
  redis.call('HDEL', state, 'segment:' .. id)
end

-- Whether a segment may have covered the turn. It is dropped, because it was made from the turn's old text.
local function unfold(covered_ts)
  local kept, was_covered = {}, false
  for id in list('segments') do
    if covers(id, covered_ts) then
      was_covered = true
      unfold_from(id, covered_ts, kept)
    else
      kept[#kept + 1] = id
    end
  end
  if was_covered then redis.call('HSET', state, 'segments', table.concat(kept, ' '), 'unfolded:by', author) end
  return was_covered
end

-- A segment that is being written from the turn's old text is invalid too.
local function record_change()
  redis.call('HINCRBY', state, 'changes', 1)
  -- Summaries of an earlier version of the program, which would go on with them.
  redis.call('HDEL', state, 'summary', 'covers')
end

local function is_answered_by_last_reply()
  for answered_ts in list('last:answered') do
    if answered_ts == ts then return true end
  end
  return false
end

local function is_idle()
  return redis.call('ZCARD', pending) == 0 and redis.call('HEXISTS', state, 'reply') == 0
end

-- Makes the questions of the last reply pending again and turns the reply into one in progress, so that its messages
-- are rewritten. Not if one of its messages was deleted.
local function reopen_last_reply()
  for reply_ts in list('last:turns') do
    if redis.call('HEXISTS', folded, reply_ts) == 1 then unfold(reply_ts) end
    if redis.call('HSTRLEN', turns, reply_ts) == 0 then return end
  end
  for answered_ts in list('last:answered') do
    if redis.call('HEXISTS', folded, answered_ts) == 1 then unfold(answered_ts) end
    if redis.call('HSTRLEN', turns, answered_ts) > 0 then redis.call('ZADD', pending, answered_ts, answered_ts) end
  end
  -- The rewritten reply has to read them again.
  local unheard = redis.call('HGET', state, 'unheard') or ''
  for read_ts in list('last:read') do
    if redis.call('HEXISTS', folded, read_ts) == 1 then unfold(read_ts) end
    unheard = unheard .. read_ts .. ' '
  end
  if unheard ~= '' then redis.call('HSET', state, 'unheard', unheard) end
  for reply_ts in list('last:turns') do
    redis.call('HSET', state, 'redo:' .. reply_ts, redis.call('HGET', turns, reply_ts))
    redis.call('HDEL', turns, reply_ts)
    record_change()
  end
  local reply, after = unpack(redis.call('HMGET', state, 'last:reply', 'last:after'))
  redis.call('HSET', state, 'reply', reply, 'after', after, 'redo', redis.call('HGET', state, 'last:turns'))
  redis.call('HDEL', state, 'last:answered', 'last:read', 'last:turns', 'last:reply', 'last:after')
end

local function is_of_last_reply()
  for reply_ts in list('last:turns') do
    if reply_ts == ts then return true end
  end
  return false
end

if again and again ~= '' then
  if redis.call('HGET', state, 'again:id') == again then return refresh_ttl('changed') end
  -- People see it before it is settled.
  local in_progress, redo = unpack(redis.call('HMGET', state, 'reply', 'redo'))
  if in_progress and not redo and redis.call('HEXISTS', turns, ts) == 0 then return 'unknown' end
  if not is_of_last_reply() or not is_idle() then return 'unchanged' end
  if (tonumber(redis.call('HGET', state, 'v')) or 0) > tonumber(writable_version) then return 'newer' end
  redis.call('HSET', state, 'again', version, 'again:id', again)
  reopen_last_reply()
  if redis.call('HEXISTS', state, 'reply') == 1 then return refresh_ttl('changed') end
  redis.call('HDEL', state, 'again')
  return 'unchanged'
end

local known = redis.call('EXISTS', turns) == 1
-- A version that knows no segments removes a turn only from `turns`.
local old = known and (redis.call('HGET', folded, ts) or redis.call('HGET', turns, ts))
local last_edited_at = redis.call('HGET', state, 'edited:' .. ts)
local is_newer = turn == '' or not last_edited_at or last_edited_at < edited_at
if only_with and only_with ~= '' and not (old and string.find(old, only_with, 1, true)) then
  return known and refresh_ttl('unchanged') or 'unknown'
end

if file_deleted == '1' then
  if not known or old == '' then return known and refresh_ttl('unchanged') or 'unknown' end
  -- The first write works when Redis is out of memory, and the writes after it then work too.
  redis.call('HDEL', state, 'summary', 'covers')
  local was_covered = unfold(ts)
  if not old and not was_covered then return refresh_ttl('unknown') end
  record_change()
  if redis.call('ZSCORE', pending, ts) then mark_run_amended() end
  return refresh_ttl('changed')
end

-- ZREM is the first write because it works when Redis is out of memory, and the writes after it then work too:
-- a deleted message is always removed.
local was_pending = turn == '' and redis.call('ZREM', pending, ts) == 1
-- What is left of the turn is in a sealed segment.
if known and not old and unfold(ts) then record_change() end
if not known or (not old and turn ~= '') then
  -- What was read from Slack before the edit may be stored after it.
  local may_arrive = early_ttl ~= '' or (known and redis.call('HGET', state, 'backlog') == '0')
  if may_arrive and redis.call('HGET', state, 'early:' .. ts) ~= '' and is_newer then
    if known or asks == '1' then
      redis.call('HSET', state, 'early:' .. ts, turn, 'edited:' .. ts, edited_at)
    else
      -- Reading the backlog brings the new text; the message event may still bring the old one.
      local missed = redis.call('HGET', state, 'missed') or ''
      if not string.find(missed, ts, 1, true) then redis.call('HSET', state, 'missed', missed .. ts .. ' ') end
      redis.call('HDEL', state, 'early:' .. ts, 'edited:' .. ts)
    end
    if not known then redis.call('EXPIRE', state, early_ttl) end
  end
  return known and refresh_ttl('unknown') or 'unknown'
end

if turn == '' then
  if old and old ~= '' then
    unfold(ts)
    record_change()
  end
  if redis.call('HEXISTS', folded, ts) == 0 then redis.call('HSET', turns, ts, '') end
  redis.call('HDEL', state, 'edited:' .. ts, 'early:' .. ts, 'redo:' .. ts)
  if was_pending then
    mark_run_amended()
    -- Its reply has to be withdrawn, and the sweeper must find that too: the mark goes with the reply.
    if redis.call('ZCARD', pending) == 0 and redis.call('HEXISTS', state, 'reply') == 1 then
      redis.call('ZADD', pending, 0, 'reply')
    end
  end
  if not old then return refresh_ttl('unknown') end
  return refresh_ttl(old == '' and 'unchanged' or 'changed')
end

if old == '' or not is_newer then return refresh_ttl('unchanged') end
if (tonumber(redis.call('HGET', state, 'v')) or 0) > tonumber(writable_version) then return 'newer' end
local changed, answered = old ~= turn, is_answered_by_last_reply()
redis.call('HSET', state, 'edited:' .. ts, edited_at)
if changed then
  unfold(ts)
  record_change()
  redis.call('HSET', turns, ts, turn)
end
if redis.call('ZSCORE', pending, ts) then
  if changed and regenerate == '1' then mark_run_amended() end
elseif newly_asks == '1' and not answered then
  redis.call('ZADD', pending, ts, ts)
elseif changed and regenerate == '1' and answered and is_idle() then
  reopen_last_reply()
end
return refresh_ttl(changed and 'changed' or 'unchanged')

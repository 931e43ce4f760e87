--[[
  Adds the messages that were in the thread before the conversation began, as read from Slack.
  Known and removed turns stay unchanged, with one exception: a turn listed in `missed` gets the text read from Slack,
  unless an edit of it is stored, because edits made before the conversation began were not stored.
  KEYS 1 turns
       2 pending
       3 state
       4 folded
  ARGV 1 ttl, seconds
       2… per turn: ts, turn (opaque), author (empty: the bot; "app": no person)
  Result: none
]]
local turns, state, folded = KEYS[1], KEYS[3], KEYS[4]

if redis.call('EXISTS', turns) == 0 then return end
local first_author, missed = redis.call('HGET', state, 'author'), redis.call('HGET', state, 'missed') or ''
local unheard, authors = {}, redis.call('HGET', state, 'authors') or ''
local function is_missed_and_unedited(ts)
  return string.find(missed, ts, 1, true) and redis.call('HEXISTS', state, 'edited:' .. ts) == 0
end
for i = 2, #ARGV, 3 do
  local ts, turn, author = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known, early = redis.call('HGET', turns, ts), redis.call('HGET', state, 'early:' .. ts)
  if redis.call('HEXISTS', folded, ts) == 1 then
    -- Summarized already.
  elseif not known and early ~= '' then
    redis.call('HSET', turns, ts, early or turn)
    redis.call('HDEL', state, 'early:' .. ts)
    if author ~= '' then
      unheard[#unheard + 1] = ts
      if author ~= 'app' and first_author ~= '' and author ~= first_author then redis.call('HSET', state, 'several', '1') end
      if author ~= 'app' and not string.find(' ' .. authors, ' ' .. author .. ' ', 1, true) then
        authors = authors .. author .. ' '
      end
    end
  elseif known and known ~= '' and is_missed_and_unedited(ts) then
    redis.call('HSET', turns, ts, turn)
  end
end
if #unheard > 0 then
  local already_unheard = redis.call('HGET', state, 'unheard') or ''
  redis.call('HSET', state, 'unheard', already_unheard .. table.concat(unheard, ' ') .. ' ')
end
redis.call('HSET', state, 'backlog', '1', 'authors', authors)
redis.call('HDEL', state, 'missed')
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[1]) end

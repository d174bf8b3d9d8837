// The sliding log of `sliding-window.ts` as scripts of Valkey and Redis (5 or newer), which run alone and on the server's clock, so
// that gateways whose clocks differ count the same.
//
// A key has a sorted set (slot → time of its last charge, in microseconds) and a hash (slot → cost, and `sum`; `next`: how many slots
// there were; `newest`, `opened`: the slot that was opened last, and when; `last`: the latest time). Both names have the same hash
// tag; nothing else is touched.

import { redisScript, type RedisScript } from '../store/redis-script.ts';

/** What all scripts begin with: the time, which never goes back, and what the window has passed is forgotten. */
const prelude = `
local log, costs = KEYS[1], KEYS[2]
local window = tonumber(ARGV[1])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local last = tonumber(redis.call('HGET', costs, 'last') or '0')
if last > now then now = last end
local function text(number) return string.format('%.0f', number) end
local gone = redis.call('ZRANGEBYSCORE', log, '-inf', text(now - window))
if #gone > 0 then
  for _, slot in ipairs(gone) do
    local cost = redis.call('HGET', costs, slot)
    -- Redis does not read -0 as a number, which is what a charge that came to nothing would be.
    redis.call('HINCRBY', costs, 'sum', text(0 - tonumber(cost)))
    redis.call('HDEL', costs, slot)
  end
  redis.call('ZREMRANGEBYSCORE', log, '-inf', text(now - window))
end
local function keep()
  local rest = text(math.ceil(window / 1000) + 1000)
  redis.call('PEXPIRE', log, rest)
  redis.call('PEXPIRE', costs, rest)
end
local function add(cost, time)
  local count = redis.call('ZCARD', log)
  local slot = redis.call('HGET', costs, 'newest')
  local opened = tonumber(redis.call('HGET', costs, 'opened') or '0')
  local shared = count >= 512 and slot and time == now and now - opened < window / 512
  if not (shared and redis.call('HEXISTS', costs, slot) == 1) then
    slot = text(redis.call('HINCRBY', costs, 'next', 1)) .. '@' .. text(time)
    redis.call('HSET', costs, 'newest', slot, 'opened', text(time))
  end
  redis.call('ZADD', log, text(time), slot)
  redis.call('HINCRBY', costs, slot, text(cost))
  redis.call('HINCRBY', costs, 'sum', text(cost))
  redis.call('HSET', costs, 'last', text(now))
  keep()
  return slot
end
local function total() return tonumber(redis.call('HGET', costs, 'sum') or '0') end
local function first()
  local oldest = redis.call('ZRANGE', log, 0, 0, 'WITHSCORES')
  if #oldest == 0 then return 0 end
  return tonumber(oldest[2]) + window - now
end
`;

/** window (µs), amount, cost → [1, slot, sum, µs until something comes free] or [0, '', sum, µs until it fits]. */
export const takeScript: RedisScript = redisScript(`${prelude}
local amount, cost = tonumber(ARGV[2]), tonumber(ARGV[3])
local sum = total()
local over
if cost == 0 then over = sum >= amount else over = sum + cost > amount end
if not over then
  local slot = add(cost, now)
  return { '1', slot, text(sum + cost), text(first()) }
end
local wanted = math.max(cost, 1)
local left, from = sum, 0
while true do
  local slots = redis.call('ZRANGE', log, from, from + 31, 'WITHSCORES')
  for at = 1, #slots, 2 do
    left = left - tonumber(redis.call('HGET', costs, slots[at]))
    if left + wanted <= amount then
      return { '0', '', text(sum), text(tonumber(slots[at + 1]) + window - now) }
    end
  end
  if #slots < 64 then return { '0', '', text(sum), text(window) } end
  from = from + 32
end
`);

/** window (µs), slot, change: what a charge came to beyond or below; of one that its window has passed, what is beyond counts from now on. */
export const settleScript: RedisScript = redisScript(`${prelude}
local slot, change = ARGV[2], tonumber(ARGV[3])
if redis.call('HEXISTS', costs, slot) == 1 then
  redis.call('HINCRBY', costs, slot, text(change))
  redis.call('HINCRBY', costs, 'sum', text(change))
  keep()
elseif change > 0 then
  add(change, now)
end
return 1
`);

/** window (µs), then age (µs) and cost of each charge, oldest first: what a gateway remembers of a store that lost it. */
export const restoreScript: RedisScript = redisScript(`${prelude}
for at = 2, #ARGV, 2 do
  local age = tonumber(ARGV[at])
  if age < window then add(tonumber(ARGV[at + 1]), now - age) end
end
return 1
`);

/**
 * KEYS[1]: where the store's identity stands; ARGV[1]: a random word → [identity, its age in milliseconds]. A store gets a new one when
 * it has none, and when it was started anew without a log of what was written (`appendonly`): then it may have the data of
 * an old snapshot.
 */
export const identityScript: RedisScript = redisScript(`
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local logged = string.match(redis.call('INFO', 'persistence'), 'aof_enabled:(%d)') == '1'
local known = redis.call('HMGET', KEYS[1], 'identity', 'since', 'run')
if not known[1] or (known[3] ~= run and not logged) then
  known = { string.format('%.0f', now) .. '-' .. ARGV[1], string.format('%.0f', now) }
end
redis.call('HSET', KEYS[1], 'identity', known[1], 'since', known[2], 'run', run)
return { known[1], string.format('%.0f', now - tonumber(known[2])) }
`);

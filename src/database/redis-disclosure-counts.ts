import {
  disclosureId,
  type DisclosureCounts,
  type DisclosureHour,
  type DisclosureOrder,
} from "./disclosure-counts";
import type { RedisConnection } from "./redis";

/** Twice as long as the hour that is counted. */
const KEPT_SECONDS = 7_200;

const CUSTOMERS_PER_CALL = 1_000;

/**
 * Adds to a set what is not in it, in order, as long as it holds less than the limit; answers the places (from 1) of what
 * was refused. One script: nothing else comes in between.
 */
const COUNT = `
local limit = tonumber(ARGV[1])
local count = redis.call('SCARD', KEYS[1])
local refused = {}
for i = 3, #ARGV do
  if redis.call('SISMEMBER', KEYS[1], ARGV[i]) == 0 then
    if count < limit then
      redis.call('SADD', KEYS[1], ARGV[i])
      count = count + 1
    else
      refused[#refused + 1] = i - 2
    end
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return refused
`;

/** Whether something is in a set, or the set holds less than the limit. It changes nothing. */
const REACHES = `
if redis.call('SISMEMBER', KEYS[1], ARGV[2]) == 1 then return 1 end
return redis.call('SCARD', KEYS[1]) < tonumber(ARGV[1]) and 1 or 0
`;

/** Of a hash: no id stands in Redis. */
function keyOf({ principalId, hourMs }: DisclosureHour): string {
  return `fieldward:disclosure:${disclosureId(principalId, hourMs, "")}`;
}

async function countOne(redis: RedisConnection, order: DisclosureOrder): Promise<ReadonlySet<string>> {
  const { principalId, hourMs, limit, customerIds } = order;
  const refused = new Set<string>();
  for (let from = 0; from < customerIds.length; from += CUSTOMERS_PER_CALL) {
    const some = customerIds.slice(from, from + CUSTOMERS_PER_CALL);
    const ids = some.map((customerId) => disclosureId(principalId, hourMs, customerId));
    const answer = await redis.run(COUNT, keyOf(order), [String(limit), String(KEPT_SECONDS), ...ids]);
    for (const place of answer as readonly unknown[]) refused.add(some[Number(place) - 1] ?? "");
  }
  return refused;
}

async function reaches(redis: RedisConnection, hour: DisclosureHour, customerId: string): Promise<boolean> {
  const id = disclosureId(hour.principalId, hour.hourMs, customerId);
  return (await redis.run(REACHES, keyOf(hour), [String(hour.limit), id])) === 1;
}

/** Disclosures in Redis: a set for each principal and hour, which expires by itself. */
export function redisDisclosureCounts(redis: RedisConnection): DisclosureCounts {
  return {
    count: (orders) => Promise.all(orders.map((order) => countOne(redis, order))),
    reaches: (hour, customerId) => reaches(redis, hour, customerId),
    sweep: () => Promise.resolve(),
  };
}

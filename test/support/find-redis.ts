import { RedisConnection } from "../../src/database/redis";

const USUAL = "redis://127.0.0.1:6379";

/** Before all tests: finds the Redis that some run on. One that is missing is said aloud. */
export async function findRedis(): Promise<void> {
  const given = process.env["FIELDWARD_TEST_REDIS_URL"];
  const connection = new RedisConnection(given ?? USUAL);
  try {
    await connection.ping();
    process.env["FIELDWARD_TEST_REDIS_FOUND"] = given ?? USUAL;
  } catch {
    if (given !== undefined)
      throw new Error("No Redis answers at FIELDWARD_TEST_REDIS_URL, and it is required.");
    process.stderr.write("\nNo Redis answers on 127.0.0.1:6379: what is counted in Redis is not tested.\n\n");
  } finally {
    await connection.close();
  }
}

import { createConnection } from "mysql2/promise";
import { findRedis } from "./find-redis";

const USUAL = "mariadb://root@127.0.0.1:3306";

/**
 * Before all tests: finds the MySQL or MariaDB server that they run on, besides SQLite. A server that is missing is said
 * aloud, and is a failure with FIELDWARD_TEST_REQUIRE_MYSQL=1. Then Redis, in the same way.
 */
export default async function findServers(): Promise<void> {
  await findMysql();
  await findRedis();
}

async function findMysql(): Promise<void> {
  const given = process.env["FIELDWARD_TEST_MYSQL_URL"];
  const url = new URL(given ?? USUAL);
  try {
    const connection = await createConnection({
      host: url.hostname,
      port: url.port === "" ? 3306 : Number(url.port),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      connectTimeout: 3_000,
    });
    const [rows] = await connection.query("SELECT VERSION() AS version");
    await connection.end();
    const mariadb = JSON.stringify(rows).includes("MariaDB");
    url.protocol = mariadb ? "mariadb:" : "mysql:";
    process.env["FIELDWARD_TEST_MYSQL_FOUND"] = url.href.replace(/\/$/, "");
  } catch {
    if (process.env["FIELDWARD_TEST_REQUIRE_MYSQL"] === "1" || given !== undefined) {
      throw new Error(
        "No MySQL or MariaDB answers at FIELDWARD_TEST_MYSQL_URL or 127.0.0.1:3306, and it is required.",
      );
    }
    process.stderr.write(
      "\nNo MySQL or MariaDB answers on 127.0.0.1:3306: the tests run on SQLite only.\n\n",
    );
  }
}

import { setTimeout as later } from "node:timers/promises";
import { readFileSync } from "node:fs";
import { FieldwardError, StartupError } from "../domain/errors";
import { isLoopback } from "./target";

const CONNECT_TIMEOUT_MS = 2_000;
const COMMAND_TIMEOUT_MS = 3_000;
const LONGEST_PAUSE_MS = 2_000;

/** A fault of Redis with nothing left of it but its name: its messages can repeat what was sent. */
class RedisFault extends Error {
  override readonly name = "RedisFault";

  constructor(readonly code: string) {
    super(`Redis error ${code}`);
  }
}

function faultOf(error: unknown): RedisFault {
  if (error instanceof RedisFault) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (typeof code === "string") return new RedisFault(code);
  return new RedisFault(error instanceof Error ? error.constructor.name : "UNKNOWN");
}

/** Waits no longer than it is bearable for a request: what Redis has not answered by then has failed. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const tooLate = later(COMMAND_TIMEOUT_MS, undefined, { signal: done.signal, ref: false });
  const late = tooLate.then((): never => {
    throw new RedisFault("TIMEOUT");
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

/**
 * The setting as the client takes it.
 *
 * @throws StartupError where a host other than loopback would be reached without verified TLS
 */
function addressOf(setting: string) {
  const url = URL.canParse(setting) ? new URL(setting) : undefined;
  // The value is not repeated: it may hold a password.
  if (url === undefined)
    throw new StartupError("FIELDWARD_REDIS_URL must be rediss://user:password@host:6379 or redis://… .");
  if (url.protocol === "redis:" && !isLoopback(url.hostname))
    throw new StartupError("FIELDWARD_REDIS_URL names a host without TLS. Use rediss://.");
  const ca = url.searchParams.get("tls-ca");
  url.search = "";
  const tls = url.protocol === "rediss:" ? { tls: true as const } : {};
  return { url: url.href, tls: { ...tls, ...(ca === null ? {} : { ca: readFileSync(ca, "utf8") }) } };
}

/** The client is loaded here: it takes as long as a database driver, and most installations have no Redis. */
async function makeClient(
  { url, tls }: ReturnType<typeof addressOf>,
  pauseMs: (retries: number) => number | false,
) {
  const { createClient } = await import("@redis/client");
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: { ...tls, connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: pauseMs },
  });
  // Without a listener an error event ends the process. Whoever needs Redis is told by the command that fails.
  client.on("error", () => undefined);
  return client;
}

type Client = Awaited<ReturnType<typeof makeClient>>;

/**
 * A connection to Redis, made when it is first needed and made anew when it breaks. While there is none, commands fail at
 * once rather than wait.
 */
export class RedisConnection {
  readonly #address: ReturnType<typeof addressOf>;
  #client: Promise<Client> | undefined;
  #connecting: Promise<unknown> | undefined;
  #wasConnected = false;

  /** @throws StartupError for an address that may not be used. Nothing is sent yet. */
  constructor(setting: string) {
    this.#address = addressOf(setting);
  }

  /** Runs a Lua script on one key: nothing else comes in between. @throws FieldwardError DATABASE_UNAVAILABLE */
  async run(script: string, key: string, args: readonly string[]): Promise<unknown> {
    return this.#send((client) => client.eval(script, { keys: [key], arguments: [...args] }));
  }

  /** Resolves where Redis answers. @throws FieldwardError DATABASE_UNAVAILABLE */
  async ping(): Promise<void> {
    await this.#send((client) => client.ping());
  }

  async close(): Promise<void> {
    const client = await this.#client;
    if (client?.isOpen === true) client.destroy();
  }

  async #send<T>(command: (client: Client) => Promise<T>): Promise<T> {
    try {
      return await inTime(this.#connected().then(command));
    } catch (error) {
      throw new FieldwardError("DATABASE_UNAVAILABLE", undefined, { cause: faultOf(error) });
    }
  }

  async #connected(): Promise<Client> {
    this.#client ??= this.#make();
    const client = await this.#client;
    if (client.isOpen && this.#wasConnected) return client;
    this.#connecting ??= client.connect();
    try {
      await this.#connecting;
      return client;
    } finally {
      this.#connecting = undefined;
    }
  }

  async #make(): Promise<Client> {
    const client = await makeClient(
      this.#address,
      (retries) => this.#wasConnected && Math.min(50 * 2 ** retries, LONGEST_PAUSE_MS),
    );
    client.on("ready", () => {
      this.#wasConnected = true;
    });
    return client;
  }
}

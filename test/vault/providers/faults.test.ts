import { inspect } from "node:util";
import type { Fault } from "./local-server";
import {
  failureOf,
  openAws,
  openGcp,
  openTransit,
  random,
  refusalOf,
  type OpenedRemote,
} from "./opened-providers";

const CONTEXT = "kek/0197e0a4-4a7c-7000-8000-0000000000a1";
const ATTEMPTS = 3;
/** Long enough for an answer from this machine on a busy day, short enough to sit out three times. */
const TIMEOUT_MS = 250;

interface Kind {
  readonly name: string;
  readonly open: () => Promise<OpenedRemote>;
  /** What the log gets to see of each fault. */
  readonly said: Readonly<Record<Exclude<Fault, "too long">, string>>;
}

const KINDS: readonly Kind[] = [
  {
    name: "vault-transit",
    open: openTransit,
    said: {
      throttled: "HTTP_429",
      denied: "HTTP_403",
      broken: "HTTP_503",
      silent: "TIMEOUT",
      "cut off": "UND_ERR_SOCKET",
      "not JSON": "ANSWER_NOT_JSON",
    },
  },
  {
    name: "aws-kms",
    open: openAws,
    said: {
      throttled: "ThrottlingException",
      denied: "AccessDeniedException",
      broken: "KMSInternalException",
      silent: "TIMEOUT",
      "cut off": "ECONNRESET",
      "not JSON": "SyntaxError",
    },
  },
  {
    name: "gcp-kms",
    open: openGcp,
    said: {
      throttled: "HTTP_429",
      denied: "HTTP_403",
      broken: "HTTP_503",
      silent: "TIMEOUT",
      "cut off": "UND_ERR_SOCKET",
      "not JSON": "SyntaxError",
    },
  },
];

describe.each(KINDS)("a fault of $name", ({ name, open, said }) => {
  let opened: OpenedRemote;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  const seen = (fault: keyof typeof said) => `VAULT_UNAVAILABLE ${name}: wrap: ${said[fault]}`;

  it.each(["throttled", "broken", "cut off"] as const)(
    "is sat out where a request is %s twice",
    async (fault) => {
      const key = random(32);
      opened.server.faults.push(fault, fault);
      const wrapped = await opened.provider.wrap(CONTEXT, key);
      expect(opened.server.received).toHaveLength(ATTEMPTS);
      expect(await opened.provider.unwrap(CONTEXT, wrapped)).toEqual(key);
    },
  );

  it.each(["throttled", "broken", "cut off"] as const)(
    "ends after three attempts where every request is %s",
    async (fault) => {
      opened.server.everyFault = fault;
      expect(await refusalOf(opened.provider.wrap(CONTEXT, random(32)))).toBe(seen(fault));
      expect(opened.server.received).toHaveLength(ATTEMPTS);
    },
  );

  it("is waited for at random, and longer each time", async () => {
    opened.server.everyFault = "throttled";
    for (let call = 0; call < 4; call += 1) await refusalOf(opened.provider.wrap(CONTEXT, random(32)));
    expect(opened.pauses).toHaveLength(8);
    for (const [index, pause] of opened.pauses.entries()) {
      const longest = index % 2 === 0 ? 400 : 800;
      expect(pause).toBeGreaterThanOrEqual(longest / 2);
      expect(pause).toBeLessThanOrEqual(longest);
    }
    expect(new Set(opened.pauses).size).toBeGreaterThan(2);
  });

  it.each(["denied", "not JSON"] as const)("is final where a request is %s", async (fault) => {
    opened.server.faults.push(fault);
    expect(await refusalOf(opened.provider.wrap(CONTEXT, random(32)))).toBe(seen(fault));
    expect(opened.server.received).toHaveLength(1);
  });

  it("ends after three time-outs where nothing is answered", async () => {
    const hurried = await opened.reopen({ attemptTimeoutMs: TIMEOUT_MS });
    // What a client has to do once, such as signing its first token, is not what is timed here.
    await hurried.health();
    opened.server.received.length = 0;
    opened.server.everyFault = "silent";
    expect(await refusalOf(hurried.wrap(CONTEXT, random(32)))).toBe(seen("silent"));
    expect(opened.server.received).toHaveLength(ATTEMPTS);
  });

  it("is VAULT_UNAVAILABLE for every operation", async () => {
    const { provider, server } = opened;
    const wrapped = await provider.wrap(CONTEXT, random(32));
    server.everyFault = "denied";
    const operations = {
      wrap: () => provider.wrap(CONTEXT, random(32)),
      unwrap: () => provider.unwrap(CONTEXT, wrapped),
      rewrap: () => provider.rewrap(CONTEXT, wrapped),
      health: () => provider.health(),
      rotate: () => provider.rotate?.(),
      destroy: () => provider.destroyAllBut?.(new Set()),
    };
    for (const [operation, start] of Object.entries(operations)) {
      const work: Promise<unknown> | undefined = start();
      if (work === undefined) continue;
      expect(await refusalOf(work)).toBe(`VAULT_UNAVAILABLE ${name}: ${operation}: ${said.denied}`);
    }
  });

  it("is named after three attempts where nothing listens", async () => {
    await opened.provider.health();
    await opened.server.close();
    expect(await refusalOf(opened.provider.wrap(CONTEXT, random(32)))).toBe(
      `VAULT_UNAVAILABLE ${name}: wrap: ECONNREFUSED`,
    );
    expect(opened.pauses).toHaveLength(ATTEMPTS - 1);
  });

  it.each(["throttled", "denied", "not JSON", "cut off"] as const)(
    "repeats neither key nor credential nor the answer where a request is %s",
    async (fault) => {
      const key = random(32);
      opened.server.everyFault = fault;
      const failure = inspect(await failureOf(opened.provider.wrap(CONTEXT, key)), {
        depth: null,
        showHidden: true,
      });
      for (const canary of [key.toString("base64"), key.toString("hex"), CONTEXT, ...opened.secrets()]) {
        expect(failure.includes(canary)).toBe(false);
      }
      expect(failure).not.toMatch(/permission|not authorized|Quota|guest network|Authorization|Bearer/i);
    },
  );
});

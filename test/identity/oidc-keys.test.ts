import { StartupError } from "../../src/domain/errors";
import { checkIssuer, IssuerKeys } from "../../src/identity/oidc";
import { TestProvider } from "./oidc-provider";

const COOL_DOWN_MS = 10_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Short enough to be waited for. */
const IMPATIENT_MS = 300;
/** Longer than an answer takes on a machine that has much to do. */
const PATIENT_MS = 20_000;

describe("the keys of the identity provider", () => {
  let provider: TestProvider;
  let nowMs: number;
  let warnings: string[];
  let keys: IssuerKeys;
  const keysOf = (timeoutMs: number) =>
    new IssuerKeys({
      issuer: provider.issuer,
      clock: () => nowMs,
      warn: (what) => warnings.push(what),
      timeoutMs,
    });

  beforeEach(async () => {
    provider = await TestProvider.start();
    nowMs = Date.parse("2026-06-15T12:00:00Z");
    warnings = [];
    keys = keysOf(PATIENT_MS);
  });
  afterEach(() => provider.stop());

  const outcome = async (kid = provider.pairs.at(-1)?.kid ?? ""): Promise<string> => {
    try {
      await keys.find({ alg: "ES256", kid }, { payload: "", signature: "" });
      return "found";
    } catch (error) {
      return error instanceof Error && "code" in error ? String(error.code) : "failed";
    }
  };

  it("are asked for once for ten minutes, by however many requests", async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome()));
    nowMs += 10 * MINUTE - 1;
    outcomes.push(await outcome());
    expect(new Set(outcomes)).toEqual(new Set(["found"]));
    expect(provider.asked).toEqual({ discovery: 1, keys: 1 });
    nowMs += 1;
    await outcome();
    expect(provider.asked).toEqual({ discovery: 2, keys: 2 });
  });

  it("are asked for again for a key that is not known, once in ten seconds at most", async () => {
    await outcome();
    await provider.rotate();
    expect(await outcome()).toBe("ERR_JWKS_NO_MATCHING_KEY");
    for (let forged = 0; forged < 50; forged += 1) await outcome(`forged-${String(forged)}`);
    expect(provider.asked.keys).toBe(1);
    nowMs += COOL_DOWN_MS;
    expect(await outcome()).toBe("found");
    expect(provider.asked.keys).toBe(2);
  });

  it("no longer hold what the provider has withdrawn, after ten minutes at the latest", async () => {
    const withdrawn = provider.pairs[0]?.kid;
    await outcome();
    await provider.rotate();
    nowMs += 10 * MINUTE;
    expect(await outcome(withdrawn)).toBe("ERR_JWKS_NO_MATCHING_KEY");
  });

  it("go on for a day where the provider is away, and no longer", async () => {
    await outcome();
    await provider.stop();
    nowMs += 10 * MINUTE;
    expect(await outcome()).toBe("found");
    expect(warnings).toEqual(["the identity provider could not be reached"]);
    nowMs += DAY - 10 * MINUTE - 1;
    expect(await outcome()).toBe("found");
    nowMs += 1;
    expect(await outcome()).toBe("VAULT_UNAVAILABLE");
    await provider.listen();
    nowMs += COOL_DOWN_MS;
    expect(await outcome()).toBe("found");
  });

  it.each([
    ["error", "answered 500"],
    ["silent", "did not answer in time"],
    ["huge", "sent more than 262144 bytes"],
    ["many keys", "sent a document of another form"],
    ["no JSON", "sent no JSON"],
    ["another issuer", "calls itself by another name than FIELDWARD_OIDC_ISSUER"],
    ["keys over http", "names a place of its keys that is not https"],
    ["redirect", "could not be reached"],
  ] as const)(
    "are unavailable, which is nobody's bad token, where the answer is: %s",
    async (behaviour, why) => {
      provider.behaviour = behaviour;
      if (behaviour === "silent") keys = keysOf(IMPATIENT_MS);
      expect(await outcome()).toBe("VAULT_UNAVAILABLE");
      expect(warnings).toEqual([`the identity provider ${why}`]);
      const asked = provider.asked.discovery;
      expect(await outcome()).toBe("VAULT_UNAVAILABLE");
      expect(provider.asked.discovery).toBe(asked);
      provider.behaviour = "well";
      if (behaviour === "silent") keys = keysOf(PATIENT_MS);
      nowMs += COOL_DOWN_MS;
      expect(await outcome()).toBe("found");
    },
  );

  it.each([
    "https://login.example.com",
    "https://login.example.com/tenant/v2.0",
    "http://127.0.0.1:8080",
    "http://[::1]:1",
    "http://localhost/realm",
  ])("may be those of %s", (issuer) => {
    expect(() => {
      checkIssuer(issuer);
    }).not.toThrow();
  });

  it.each([
    "http://login.example.com",
    "http://127.0.0.1.example.com",
    "https://login.example.com/?tenant=1",
    "https://login.example.com/#x",
    "https://user:password@login.example.com",
  ])("are not taken from %s", (issuer) => {
    expect(() => {
      checkIssuer(issuer);
    }).toThrow(StartupError);
  });
});

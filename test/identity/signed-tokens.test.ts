import { createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { SignedTokens, type Audience } from "../../src/identity/signed-tokens";
import { SigningGeneration } from "../../src/identity/signing-generation";

const DAY_MS = 86_400_000;
const EPOCH_MS = 30 * DAY_MS;
const EPOCH = 680;
/** In the middle of an epoch. */
const NOW = EPOCH * EPOCH_MS + 15 * DAY_MS;
const HOUR_MS = 3_600_000;
const rootKey = Buffer.alloc(32, 7);
const AUDIENCES: readonly Audience[] = ["session", "challenge", "access"];

let nowMs = NOW;
let generation = 1;
const tokens = new SignedTokens({ rootKey, generation: () => generation, clock: () => nowMs });
const content = { subject: "staff-1", id: "session-1", expiresAt: new Date(NOW + HOUR_MS) };
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const claims = {
  iss: "fieldward",
  aud: "fieldward/session",
  sub: "staff-1",
  jti: "session-1",
  iat: NOW / 1_000,
  exp: (NOW + HOUR_MS) / 1_000,
};

/** The key of a `kid`, derived by node:crypto alone. */
function keyOf(kid: string) {
  const seed = hkdfSync("sha256", rootKey, Buffer.alloc(0), `fieldward/session/${kid}`, 32);
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(seed)]);
  return createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
}

const KID = `1.${String(EPOCH)}`;
const header = { alg: "EdDSA", typ: "session+jwt", kid: KID };

function forged(changed: object = {}, changedHeader: object = {}, key = keyOf(KID)): Promise<string> {
  return new SignJWT({ ...claims, ...changed }).setProtectedHeader({ ...header, ...changedHeader }).sign(key);
}

beforeEach(() => {
  nowMs = NOW;
  generation = 1;
});

describe("a signed token", () => {
  it("is read as it was signed, with its claims", async () => {
    const token = await tokens.sign("access", { ...content, claims: { scope: "contact:masked", cnf: null } });
    expect(await tokens.read(token, "access")).toEqual({
      subject: "staff-1",
      id: "session-1",
      issuedAtMs: NOW,
      expiresAtMs: NOW + HOUR_MS,
      claims: { scope: "contact:masked", cnf: null },
    });
  });

  it("is signed by EdDSA under the key of its generation and epoch, and holds ids and times only", async () => {
    const token = await tokens.sign("session", content);
    expect(decodeProtectedHeader(token)).toEqual(header);
    expect(decodeJwt(token)).toEqual(claims);
    expect(await tokens.read(await forged(), "session")).toMatchObject({ id: "session-1" });
  });

  it("is good for the use that it was made for and for no other", async () => {
    for (const made of AUDIENCES) {
      const token = await tokens.sign(made, content);
      const good = await Promise.all(
        AUDIENCES.map(async (use) => (await tokens.read(token, use)) !== undefined),
      );
      expect(good).toEqual(AUDIENCES.map((use) => use === made));
    }
  });

  it("ends at its time and not before", async () => {
    const token = await tokens.sign("session", content);
    nowMs = NOW + HOUR_MS - 1_000;
    expect(await tokens.read(token, "session")).toBeDefined();
    nowMs = NOW + HOUR_MS;
    expect(await tokens.read(token, "session")).toBeUndefined();
  });

  it("is good in the epoch after its own and in no later one", async () => {
    const token = await tokens.sign("session", { ...content, expiresAt: new Date(NOW + 3 * EPOCH_MS) });
    nowMs = (EPOCH + 2) * EPOCH_MS - 1;
    expect(await tokens.read(token, "session")).toBeDefined();
    nowMs = (EPOCH + 2) * EPOCH_MS;
    expect(await tokens.read(token, "session")).toBeUndefined();
  });

  it("is good where the clock that signed it is ahead by less than a minute at the turn of an epoch", async () => {
    nowMs = (EPOCH + 1) * EPOCH_MS;
    const token = await tokens.sign("session", { ...content, expiresAt: new Date(nowMs + HOUR_MS) });
    nowMs -= 59_999;
    expect(await tokens.read(token, "session")).toBeDefined();
    nowMs -= 2;
    expect(await tokens.read(token, "session")).toBeUndefined();
  });

  it("ends with its generation", async () => {
    const token = await tokens.sign("session", content);
    generation = 2;
    expect(await tokens.read(token, "session")).toBeUndefined();
    expect(await tokens.read(await tokens.sign("session", content), "session")).toBeDefined();
  });

  it.each([
    ["no kid", {}, { kid: undefined }],
    ["a kid of another generation", {}, { kid: `2.${String(EPOCH)}` }],
    ["a kid of an epoch to come", {}, { kid: `1.${String(EPOCH + 1)}` }],
    ["a kid that is no text of ours", {}, { kid: "../../etc/passwd" }],
    ["another type", {}, { typ: "JWT" }],
    ["no type", {}, { typ: undefined }],
    ["another issuer", { iss: "other" }, {}],
    ["another audience", { aud: "fieldward/access" }, {}],
    ["no audience", { aud: undefined }, {}],
    ["no end", { exp: undefined }, {}],
    ["no id", { jti: undefined }, {}],
    ["no subject", { sub: undefined }, {}],
    ["no time of issue", { iat: undefined }, {}],
    ["a beginning to come", { nbf: NOW / 1_000 + 60 }, {}],
  ])("is refused with %s, though signed by the right key", async (_, changed, changedHeader) => {
    expect(await tokens.read(await forged(changed, changedHeader), "session")).toBeUndefined();
  });

  it.each(["none", "HS256", "RS256", "ES256"])("is refused with alg %s in its header", async (alg) => {
    const [, payload = "", signature = ""] = (await forged()).split(".");
    for (const end of ["", signature])
      expect(
        await tokens.read(`${encoded({ ...header, alg })}.${payload}.${end}`, "session"),
      ).toBeUndefined();
  });

  it.each(["spki", "raw"] as const)(
    "is refused as HS256 with the public key (%s) as the secret",
    async (form) => {
      const der = createPublicKey(keyOf(KID)).export({ type: "spki", format: "der" });
      const secret = form === "spki" ? der : der.subarray(-32);
      const token = await new SignJWT(claims).setProtectedHeader({ ...header, alg: "HS256" }).sign(secret);
      expect(await tokens.read(token, "session")).toBeUndefined();
    },
  );

  it("is refused where its header brings the key along", async () => {
    const key = keyOf("9.9");
    const jwk = createPublicKey(key).export({ format: "jwk" });
    expect(await tokens.read(await forged({}, { jwk }, key), "session")).toBeUndefined();
    expect(
      await tokens.read(await forged({}, { jku: "http://127.0.0.1:9/" }, key), "session"),
    ).toBeUndefined();
  });

  it("is refused with any one character changed", async () => {
    const token = await tokens.sign("session", content);
    const property = fc.asyncProperty(
      fc.nat(token.length - 1),
      fc.constantFrom("A", "a", "0", "_", "-", "."),
      async (at, other) => {
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        // The last character of a part has bits that no byte holds: another one can spell the same bytes.
        fc.pre(changed !== token && !sameBytes(changed, token));
        expect(await tokens.read(changed, "session")).toBeUndefined();
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  it("is told apart from any other text without an error", async () => {
    const property = fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
      expect(await tokens.read(text, "session")).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 200 });
  });
});

function sameBytes(left: string, right: string): boolean {
  const bytes = (token: string) =>
    token.split(".").map((part) => Buffer.from(part, "base64url").toString("hex"));
  return JSON.stringify(bytes(left)) === JSON.stringify(bytes(right));
}

describe("the generation of the signing keys", () => {
  const LOADED = 5;

  it("is loaded once a second, however often it is asked for", async () => {
    const load = jest.fn(() => Promise.resolve(LOADED));
    const kept = new SigningGeneration({ load, clock: () => nowMs, ttlMs: 60_000 });
    expect(await Promise.all([kept.now(), kept.now()])).toEqual([LOADED, LOADED]);
    nowMs += 999;
    expect(await kept.now()).toBe(LOADED);
    expect(load).toHaveBeenCalledTimes(1);
    nowMs += 1;
    expect(await kept.now()).toBe(LOADED);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("counts on while the vault is away, as long as keys do and no longer", async () => {
    let away = false;
    const load = () => (away ? Promise.reject(new Error("ECONNREFUSED")) : Promise.resolve(LOADED));
    const kept = new SigningGeneration({ load, clock: () => nowMs, ttlMs: 60_000 });
    await kept.now();
    away = true;
    nowMs += 59_999;
    expect(await kept.now()).toBe(LOADED);
    nowMs += 1;
    await expect(kept.now()).rejects.toThrow("ECONNREFUSED");
  });

  it("is not guessed where it was never loaded", async () => {
    const load = () => Promise.reject(new Error("ECONNREFUSED"));
    const kept = new SigningGeneration({ load, clock: () => nowMs, ttlMs: 60_000 });
    await expect(kept.now()).rejects.toThrow("ECONNREFUSED");
  });
});

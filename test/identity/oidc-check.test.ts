import { createHash } from "node:crypto";
import {
  base64url,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWTPayload,
} from "jose";
import { IssuerKeys } from "../../src/identity/oidc";
import { OidcCheck, type OidcRules } from "../../src/identity/oidc-check";
import type { Subject } from "../../src/identity/oidc-staff";
import { TestProvider } from "./oidc-provider";

const NOW = Date.parse("2026-06-15T12:00:00Z");
const SECOND = 1_000;
const HOUR = 3_600_000;
const AUDIENCE = "https://fieldward.example.com";

describe("a token of the identity provider", () => {
  let provider: TestProvider;
  let nowMs = NOW;
  let seen: (readonly [Subject, string])[] = [];
  let rules: OidcRules;

  beforeAll(async () => {
    provider = await TestProvider.start();
  });
  afterAll(() => provider.stop());
  beforeEach(() => {
    nowMs = NOW;
    seen = [];
    rules = {
      roleClaim: "groups",
      subjectClaim: "sub",
      roles: new Map([
        ["fw-compliance", "compliance"],
        ["fw-support", "support"],
      ]),
      algorithms: ["ES256", "RS256", "EdDSA"],
      requires: new Map(),
      longestMs: 8 * HOUR,
    };
  });

  const claims = (more: JWTPayload = {}): JWTPayload => ({
    iss: provider.issuer,
    aud: AUDIENCE,
    sub: "subject-1",
    iat: NOW / SECOND,
    exp: (NOW + HOUR) / SECOND,
    groups: ["staff", "fw-support"],
    ...more,
  });
  const without = (name: string): JWTPayload =>
    Object.fromEntries(Object.entries(claims()).filter(([claim]) => claim !== name));
  const clock = () => nowMs;
  const makeCheck = () =>
    new OidcCheck({
      issuer: provider.issuer,
      audience: AUDIENCE,
      keys: new IssuerKeys({ issuer: provider.issuer, clock, warn: () => undefined }),
      staff: {
        bySubject: (subject, role) => {
          seen.push([subject, role]);
          return Promise.resolve({ id: "staff-1", role, trainedUntil: null });
        },
      },
      rules: () => rules,
      clock,
    });
  const check = (token: string) => makeCheck().check(token);

  it("is its bearer's, with the role of a group, until its end", async () => {
    const token = await provider.sign(claims());
    expect(makeCheck().accepts(token)).toBe(true);
    expect(await check(token)).toEqual({
      principal: {
        id: "staff-1",
        kind: "STAFF",
        tenantId: null,
        role: "support",
        scopes: [],
        purposes: [],
        trainedUntil: null,
      },
      expiresAtMs: NOW + HOUR,
    });
    expect(seen[0]?.[0].sub).toBe("subject-1");
  });

  it.each(["RS256", "EdDSA"])("may be signed by %s", async (alg) => {
    const pair = await provider.addKey(alg);
    expect(await check(await provider.sign(claims(), {}, pair))).toBeDefined();
  });

  it("is of another kind where its issuer is another, or there is none", async () => {
    const foreign = await provider.sign(claims({ iss: `${provider.issuer}/` }));
    for (const token of [foreign, await provider.sign(without("iss")), "fw_x_y_z", "a.b.c", ""])
      expect(makeCheck().accepts(token)).toBe(false);
    expect(await check(foreign)).toBeUndefined();
  });

  it.each<[string, JWTPayload]>([
    ["another audience", { aud: "https://other.example.com" }],
    ["several audiences without ours", { aud: ["a", "b"] }],
    ["an audience in another case", { aud: AUDIENCE.toUpperCase() }],
    ["an empty subject", { sub: "" }],
    ["a subject without end", { sub: "s".repeat(256) }],
    ["an end that is over", { exp: NOW / SECOND - 31 }],
    ["a beginning that is to come", { nbf: NOW / SECOND + 31 }],
    ["an issue that is to come", { iat: NOW / SECOND + 31 }],
    ["a long age, whatever its end", { iat: (NOW - 9 * HOUR) / SECOND }],
    ["an end that is a text", { exp: "never" as unknown as number }],
    ["no group of the policy", { groups: ["staff"] }],
    ["no group", { groups: [] }],
    ["a group by its role's name", { groups: ["support"] }],
    ["a group in another case", { groups: ["FW-SUPPORT"] }],
    ["groups that are an object", { groups: { "fw-support": true } }],
    ["the nonce of an ID token", { nonce: "n" }],
    ["the hash of an ID token", { at_hash: "h" }],
    ["the event of a logout token", { events: {} }],
    ["details that narrow it", { authorization_details: [{ type: "payment" }] }],
    ["a proof of another kind", { cnf: { jkt: "thumbprint" } }],
    ["a binding that is a text", { cnf: "x5t#S256" }],
  ])("is refused with %s", async (_, changed) => {
    expect(await check(await provider.sign(claims(changed)))).toBeUndefined();
    expect(seen).toEqual([]);
  });

  it.each(["aud", "sub", "iat", "exp", "groups"])("is refused without %s", async (claim) => {
    expect(await check(await provider.sign(without(claim)))).toBeUndefined();
    expect(seen).toEqual([]);
  });

  it("lives no longer for clocks that differ", async () => {
    const late = await provider.sign(claims({ exp: NOW / SECOND - 10, iat: NOW / SECOND - 60 }));
    // Its end is over: the authenticator refuses what is returned as expired.
    expect((await check(late))?.expiresAtMs).toBe(NOW - 10 * SECOND);
    const early = await provider.sign(claims({ iat: NOW / SECOND + 20, nbf: NOW / SECOND + 20 }));
    expect(await check(early)).toBeDefined();
    const forYears = await provider.sign(claims({ exp: NOW / SECOND + 1e9 }));
    expect((await check(forYears))?.expiresAtMs).toBe(NOW + 8 * HOUR);
  });

  it.each([undefined, "JWT", "jwt", "at+jwt", "application/at+jwt"])("may be of type %s", async (typ) => {
    expect(await check(await provider.sign(claims(), { typ }))).toBeDefined();
  });

  it.each(["logout+jwt", "secevent+jwt", "dpop+jwt", "challenge+jwt", "ID"])(
    "is refused as a %s",
    async (typ) => {
      expect(await check(await provider.sign(claims(), { typ }))).toBeUndefined();
    },
  );

  it("is refused unsigned", async () => {
    const unsigned = new UnsecuredJWT(claims()).encode();
    expect(makeCheck().accepts(unsigned)).toBe(true);
    expect(await check(unsigned)).toBeUndefined();
  });

  it("is refused where the public key is used as a secret", async () => {
    const pair = await provider.addKey("RS256");
    const publicKey = await importJWK({ ...pair.publicJwk, ext: true }, "RS256", { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error("an RSA key is no secret");
    const secrets = [await exportSPKI(publicKey), JSON.stringify(pair.publicJwk), pair.publicJwk.n ?? ""];
    for (const secret of secrets) {
      const signer = new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: pair.kid });
      expect(await check(await signer.sign(new TextEncoder().encode(secret)))).toBeUndefined();
    }
  });

  it("is refused with an algorithm that the policy does not have", async () => {
    const pair = await provider.addKey("PS256");
    const token = await provider.sign(claims(), {}, pair);
    expect(await check(token)).toBeUndefined();
    rules = { ...rules, algorithms: ["PS256"] };
    expect(await check(token)).toBeDefined();
  });

  it.each([
    ["a list", { amr: ["pwd", "mfa"], scope: "openid fieldward" }, true],
    ["a text", { amr: "mfa", scope: "fieldward" }, true],
    ["another value", { amr: ["pwd"], scope: "fieldward" }, false],
    ["one of two claims alone", { amr: ["mfa"] }, false],
    ["no such claim", {}, false],
    ["a longer word", { amr: ["mfas"], scope: "fieldwardens" }, false],
    ["something else than text", { amr: { mfa: true }, scope: 1 }, false],
  ])("is held to the claims that the policy requires: %s", async (_, given, isGood) => {
    rules = {
      ...rules,
      requires: new Map([
        ["amr", ["mfa", "hwk"]],
        ["scope", ["fieldward"]],
      ]),
    };
    const token = await provider.sign({ ...claims(), ...given });
    expect((await check(token)) !== undefined).toBe(isGood);
  });

  it("is refused with another's key, wherever it says that the key lies", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const [known] = provider.pairs;
    const jwk = await crypto.subtle.exportKey("jwk", publicKey);
    const headers = [
      { kid: known?.kid },
      { kid: "nobody's" },
      { kid: "mine", jwk },
      { kid: "mine", jku: `${provider.issuer}/mine` },
      {},
    ];
    for (const header of headers) {
      const signer = new SignJWT(claims()).setProtectedHeader({ alg: "ES256", ...header } as { alg: string });
      expect(await check(await signer.sign(privateKey))).toBeUndefined();
    }
  });

  it("is refused where a bit of it is another", async () => {
    const [header = "", payload = "", signature = ""] = (await provider.sign(claims())).split(".");
    const promoted = base64url.encode(JSON.stringify(claims({ groups: ["fw-compliance"] })));
    for (const token of [
      `${header}.${promoted}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
    ])
      expect(await check(token)).toBeUndefined();
  });

  it("has the first role in the policy's order, whatever order its groups have", async () => {
    await check(await provider.sign(claims({ groups: ["fw-support", "fw-compliance"] })));
    await check(await provider.sign(claims({ groups: "fw-support" })));
    expect(seen.map(([, role]) => role)).toEqual(["compliance", "support"]);
  });

  it("is whose the policy's claim says, and nobody's without it", async () => {
    rules = { ...rules, subjectClaim: "oid" };
    await check(await provider.sign(claims({ oid: "object-1" })));
    expect(seen.map(([{ sub }]) => sub)).toEqual(["object-1"]);
    for (const oid of [undefined, "", 7, ["object-1"]])
      expect(await check(await provider.sign(claims({ oid })))).toBeUndefined();
  });

  it("takes no role from what every object inherits", async () => {
    rules = { ...rules, roleClaim: "constructor" };
    expect(await check(await provider.sign(claims()))).toBeUndefined();
  });

  it("counts over its own certificate only, where it is bound to one", async () => {
    const digest = createHash("sha256").update("certificate").digest();
    const bound = await check(
      await provider.sign(claims({ cnf: { "x5t#S256": digest.toString("base64url") } })),
    );
    expect(bound?.permits?.({ ip: null, certificateSha256: digest.toString("hex") })).toBe(true);
    expect(bound?.permits?.({ ip: null, certificateSha256: "00".repeat(32) })).toBe(false);
    expect(bound?.permits?.({ ip: null, certificateSha256: null })).toBe(false);
  });
});

import { createPublicKey, createPrivateKey, randomBytes } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { SessionTokens } from "../../src/identity/sessions";

const NOW = Date.parse("2026-06-15T12:00:00Z");
const HOUR = 3_600_000;
const seed = Buffer.alloc(32, 7);
const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
const privateKey = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
const publicKey = createPublicKey(privateKey);

let nowMs = NOW;
const tokens = new SessionTokens(seed, () => new Date(nowMs));
const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
const claims = { iss: "fieldward", sub: "staff-1", jti: "session-1", exp: (NOW + HOUR) / 1_000 };

describe("a session token", () => {
  let token: string;

  beforeEach(async () => {
    nowMs = NOW;
    token = await tokens.sign("session-1", "staff-1", new Date(NOW + HOUR));
  });

  it("names its session", async () => {
    expect(await tokens.read(token)).toBe("session-1");
  });

  it("is signed by EdDSA and holds ids and times only", () => {
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", typ: "JWT" });
    expect(decodeJwt(token)).toEqual({ ...claims, iat: NOW / 1_000 });
  });

  it("ends at its time and not before", async () => {
    nowMs = NOW + HOUR - 1_000;
    expect(await tokens.read(token)).toBe("session-1");
    nowMs = NOW + HOUR;
    expect(await tokens.read(token)).toBeUndefined();
  });

  it("is refused with alg none", async () => {
    const [, payload, signature] = token.split(".");
    const header = encoded({ alg: "none", typ: "JWT" });
    expect(await tokens.read(`${header}.${payload ?? ""}.`)).toBeUndefined();
    expect(await tokens.read(`${header}.${payload ?? ""}.${signature ?? ""}`)).toBeUndefined();
  });

  it.each(["spki", "raw"] as const)(
    "is refused as HS256 with the public key (%s) as the secret",
    async (form) => {
      const der = publicKey.export({ type: "spki", format: "der" });
      const secret = form === "spki" ? der : der.subarray(-32);
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);
      expect(await tokens.read(forged)).toBeUndefined();
    },
  );

  it("is refused when another key signed it", async () => {
    const other = new SessionTokens(randomBytes(32), () => new Date(nowMs));
    expect(await tokens.read(await other.sign("session-1", "staff-1", new Date(NOW + HOUR)))).toBeUndefined();
  });

  it("is refused when another issuer's name stands in it", async () => {
    const forged = await new SignJWT({ ...claims, iss: "other" })
      .setProtectedHeader({ alg: "EdDSA" })
      .sign(privateKey);
    expect(await tokens.read(forged)).toBeUndefined();
  });

  it("is refused when it never ends", async () => {
    const { exp: _, ...endless } = claims;
    const forged = await new SignJWT(endless).setProtectedHeader({ alg: "EdDSA" }).sign(privateKey);
    expect(await tokens.read(forged)).toBeUndefined();
  });

  it("is refused with a part changed", async () => {
    const [header, , signature] = token.split(".");
    const payload = encoded({ ...claims, jti: "session-2" });
    expect(await tokens.read(`${header ?? ""}.${payload}.${signature ?? ""}`)).toBeUndefined();
    expect(await tokens.read("not.a.token")).toBeUndefined();
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StartupError } from "../../../src/domain/errors";
import { openTransit, random, refusalOf, type OpenedRemote } from "./opened-providers";
import { TRANSIT, type TransitServer } from "./vault-transit-server";

const CONTEXT = "kek/0197e0a4-4a7c-7000-8000-0000000000a1";
const NEW_TOKEN = "hvs.CAESIRenewedTokenOfNobody";

describe("Vault's transit engine", () => {
  const directory = mkdtempSync(join(tmpdir(), "fieldward-token-"));
  const tokenFile = join(directory, "token");
  let opened: OpenedRemote<TransitServer>;
  beforeEach(async () => {
    opened = await openTransit();
  });
  afterEach(() => opened.close());
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const bodies = (path: string) =>
    opened.server.received.filter(({ url }) => url.pathname.endsWith(path)).map(({ body }) => body);

  it("is sent the SHA-256 of the context and the key, and answers a text that holds its version", async () => {
    const key = Buffer.alloc(32, 9);
    const { wrapped, keyId, keyVersion } = await opened.provider.wrap("abc", key);
    // FIPS 180-2, appendix B.1: the digest of "abc".
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const plaintext = Buffer.concat([Buffer.from(digest, "hex"), key]).toString("base64");
    expect(bodies("/encrypt/fieldward")).toEqual([{ plaintext }]);
    expect(Buffer.from(wrapped).toString()).toMatch(/^vault:v1:[A-Za-z0-9+/]+=*$/);
    expect({ keyId, keyVersion }).toEqual({ keyId: "transit/fieldward", keyVersion: "1" });
  });

  it("rewraps without giving the key out", async () => {
    const wrapped = await opened.provider.wrap(CONTEXT, random(32));
    await opened.provider.rewrap(CONTEXT, wrapped);
    expect(bodies("/decrypt/fieldward")).toEqual([]);
    expect(bodies("/rewrap/fieldward")).toEqual([{ ciphertext: Buffer.from(wrapped.wrapped).toString() }]);
  });

  it("is not asked about what it did not give", async () => {
    const wrapped = await opened.provider.wrap(CONTEXT, random(32));
    const asked = opened.server.received.length;
    const foreign = [
      { ...wrapped, keyVersion: "2" },
      { ...wrapped, wrapped: Buffer.from("vault:v1:AAAB?") },
      // The same bytes in base64 that is not canonical: Vault would open it.
      { ...wrapped, wrapped: Buffer.from("vault:v1:AAF=") },
      { ...wrapped, wrapped: Buffer.from('vault:v1:AAAA","context":"') },
    ];
    for (const one of foreign) {
      expect(await refusalOf(opened.provider.unwrap(CONTEXT, one))).toMatch(/WRAPPED_MALFORMED$/);
    }
    expect(opened.server.received).toHaveLength(asked);
  });

  it("is given the namespace where there is one", async () => {
    opened.server.namespace = "messaging/eu";
    expect(await refusalOf(opened.provider.health())).toMatch(/HTTP_403$/);
    const within = await opened.reopen({ transitNamespace: "messaging/eu" });
    expect(await within.health()).toEqual({ keyId: "transit/fieldward", keyVersion: "1" });
  });

  it("is given what the token file holds at each call", async () => {
    writeFileSync(tokenFile, `${TRANSIT.token}\n`);
    const provider = await opened.reopen({ transitToken: undefined, transitTokenFile: tokenFile });
    await provider.health();
    opened.server.token = NEW_TOKEN;
    expect(await refusalOf(provider.health())).toBe("VAULT_UNAVAILABLE vault-transit: health: HTTP_403");
    writeFileSync(tokenFile, NEW_TOKEN);
    await expect(provider.health()).resolves.toEqual({ keyId: "transit/fieldward", keyVersion: "1" });
  });

  it("is not asked where the token file is missing or holds no token", async () => {
    const missing = join(directory, "missing");
    const provider = await opened.reopen({ transitTokenFile: missing });
    expect(await refusalOf(provider.health())).toBe(
      "VAULT_UNAVAILABLE vault-transit: health: TOKEN_FILE_ENOENT",
    );
    writeFileSync(missing, "two\nlines");
    expect(await refusalOf(provider.health())).toBe(
      "VAULT_UNAVAILABLE vault-transit: health: TOKEN_MALFORMED",
    );
    expect(opened.server.received).toEqual([]);
  });

  it("needs a token or a file that holds one", async () => {
    await expect(opened.reopen({ transitToken: undefined })).rejects.toThrow(StartupError);
  });

  it("is left where it redirects: the token does not follow", async () => {
    const other = await openTransit();
    const location = `${other.server.url}/v1/transit/keys/fieldward`;
    opened.server.redirectTo = location;
    expect(await refusalOf(opened.provider.health())).toMatch(/HTTP_307$/);
    expect(other.server.received).toEqual([]);
    await other.close();
  });

  it("is not read past 64 KiB", async () => {
    opened.server.everyFault = "too long";
    expect(await refusalOf(opened.provider.health())).toMatch(/ANSWER_TOO_LONG$/);
  });

  it.each([
    ["no data", {}],
    ["a version that is a text", { data: { latest_version: "1", min_encryption_version: 0 } }],
    ["a list", []],
  ])("is not believed where it answers %s", async (_what, body) => {
    opened.server.answerInstead = body;
    expect(await refusalOf(opened.provider.health())).toMatch(/ANSWER_MALFORMED$/);
    expect(await refusalOf(opened.provider.wrap(CONTEXT, random(32)))).toMatch(/ANSWER_MALFORMED$/);
  });

  it("is not believed where it opens something that is no key", async () => {
    const wrapped = await opened.provider.wrap(CONTEXT, random(32));
    opened.server.answerInstead = { data: { plaintext: Buffer.alloc(63).toString("base64") } };
    expect(await refusalOf(opened.provider.unwrap(CONTEXT, wrapped))).toMatch(/unwrap: ANSWER_MALFORMED$/);
  });

  it("is trimmed to the lowest version that is kept, and never past the primary", async () => {
    for (let version = 2; version <= 4; version += 1) await opened.rotate();
    expect(await opened.provider.destroyAllBut?.(new Set(["3", "99", "x"]))).toEqual(["1", "2"]);
    expect(bodies("/config")).toEqual([{ min_decryption_version: 3, min_encryption_version: 3 }]);
    expect(bodies("/trim")).toEqual([{ min_available_version: 3 }]);
  });
});

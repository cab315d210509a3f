import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { v7 as uuidv7 } from "uuid";
import { deriveKey } from "../../src/crypto/derive";
import type { IssuedToken, WantedToken } from "../../src/identity/api-tokens";
import type { RequestSource } from "../../src/identity/authenticator";
import { formatToken, parseToken, type TokenParts } from "../../src/identity/token-format";
import { secretMark } from "../../src/identity/token-secret";
import { ApiToken } from "../../src/domain/api-token";
import { accessTokenFor, basic, credentialsOf, post } from "../http/oauth-client";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";
import { forgeriesOf, type Forgery } from "./forgeries";

const DAY_MS = 24 * 60 * 60 * 1_000;
const EPOCH_MS = 30 * DAY_MS;
const GRANT = { grant_type: "client_credentials" };
const CERTIFICATE = "ab".repeat(32);
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

describe.each(engines)("an attack with partner credentials on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    await addTenant(gateway, "larkfield");
    await addTenant(gateway, "northgate");
  });
  afterAll(() => gateway.close());

  const services = () => gateway.fieldward.services;
  const issue = (given: Partial<WantedToken> = {}): Promise<IssuedToken> =>
    services().apiTokens.issue({
      tenantSlug: "larkfield",
      name: "app",
      scopes: ["contact:masked"],
      purposes: ["support"],
      expiresInDays: 30,
      ...given,
    });
  const changed = (token: string, change: Partial<TokenParts>): string => {
    const parts = parseToken(token);
    if (parts === undefined) throw new Error("the issued token is malformed");
    return formatToken({ ...parts, ...change });
  };
  const withoutId = (value: unknown): string =>
    JSON.stringify(value).replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>");
  /** What /graphql and the token endpoint say, without the id of the request. */
  const answersTo = async (token: string, client = credentialsOf(token)) => {
    const read = await gateway.query({ token }, "{ me { id } }");
    const grant = await post(gateway, "/oauth/token", GRANT, { authorization: basic(...client) });
    return { statuses: [read.status, grant.status], said: withoutId([read, grant.body]) };
  };
  const isGood = async (token: string, source?: RequestSource): Promise<boolean> => {
    try {
      return (await services().authenticator.authenticate(`Bearer ${token}`, source)) !== null;
    } catch {
      return false;
    }
  };

  it("is refused alike whatever is wrong, by both doors, and learns not even whether there is such a token", async () => {
    const { token } = await issue();
    const revoked = await issue();
    await services().apiTokens.revoke(revoked.id);
    const frozen = await issue();
    const by = { id: "operator" };
    await services().freezing.freeze({ id: frozen.id, reason: "a test", by }, () => Promise.resolve());
    const rotatedOut = await issue();
    await services().apiTokens.rotate(rotatedOut.id, { graceHours: 0 });
    const short = await issue({ expiresInDays: 1 });
    const elsewhere = await issue({ allowedIps: ["192.0.2.0/24", "2001:db8::/32"] });
    const bound = await issue({ certificateSha256: CERTIFICATE });
    gateway.clock.forward(DAY_MS);
    const attempts = [
      changed(token, { secret: "0".repeat(43) }),
      changed(token, { handle: "0".repeat(12) }),
      changed(token, { tenant: "northgate" }),
      changed(token, { tenant: "nobody" }),
      revoked.token,
      frozen.token,
      rotatedOut.token,
      short.token,
      elsewhere.token,
      bound.token,
    ];
    const answers = [];
    for (const attempt of attempts) {
      // So that no attempt is slowed down for those before it.
      gateway.clock.forward(DAY_MS);
      answers.push(await answersTo(attempt));
    }
    expect(answers.map(({ statuses }) => statuses)).toEqual(attempts.map(() => [401, 401]));
    expect(new Set(answers.map(({ said }) => said)).size).toBe(1);
    expect((await answersTo(token)).statuses).toEqual([200, 200]);
  });

  it("gains nothing from the name of one client with the token of another", async () => {
    const [mine, other] = [await issue(), await issue({ tenantSlug: "northgate" })];
    const [name] = credentialsOf(other.token);
    for (const id of [name, other.id])
      expect((await answersTo(mine.token, [id, mine.token])).statuses).toEqual([200, 401]);
  });

  it("is slowed down where it guesses on, while the right secret from the same address is served", async () => {
    const { token } = await issue();
    const [name, secret] = credentialsOf(token);
    const guess = () => post(gateway, "/oauth/token", GRANT, { authorization: basic(name, "0".repeat(43)) });
    gateway.clock.forward(DAY_MS);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const right = await post(gateway, "/oauth/token", GRANT, { authorization: basic(name, secret) });
    expect(right.status).toBe(200);
  });

  it("does not come from an address that the token does not allow", async () => {
    const near = await issue({ allowedIps: ["127.0.0.0/8"] });
    const far = await issue({ allowedIps: ["2001:db8::/32", "192.0.2.7"] });
    expect((await answersTo(near.token)).statuses).toEqual([200, 200]);
    const from = (ip: string | null): RequestSource => ({ ip, certificateSha256: null });
    const found = [];
    for (const ip of [
      "192.0.2.7",
      "::ffff:192.0.2.7",
      "2001:db8::9",
      "192.0.2.8",
      "127.0.0.1",
      "2001:db9::",
      "",
      null,
    ])
      found.push(await isGood(far.token, from(ip)));
    expect(found).toEqual([true, true, true, false, false, false, false, false]);
    const access = await accessTokenFor(gateway, near.token);
    expect([await isGood(access, from("127.0.0.1")), await isGood(access, from("192.0.2.7"))]).toEqual([
      true,
      false,
    ]);
  });

  it("does not come without the certificate that the token is bound to", async () => {
    const { token } = await issue({ certificateSha256: CERTIFICATE });
    const from = (certificateSha256: string | null): RequestSource => ({
      ip: "198.51.100.9",
      certificateSha256,
    });
    const [clientId, clientSecret] = credentialsOf(token);
    const request = { id: uuidv7(), credentials: { clientId, clientSecret }, source: from(CERTIFICATE) };
    const granted = await services().oauth.grant(request, null);
    const other = "cd".repeat(32);
    for (const bound of [token, granted?.token ?? ""]) {
      expect(await isGood(bound, from(CERTIFICATE))).toBe(true);
      for (const certificate of [other, CERTIFICATE.toUpperCase(), "", null])
        expect([certificate, await isGood(bound, from(certificate))]).toEqual([certificate, false]);
    }
    const stolen = { ...request, source: from(other) };
    await expect(services().oauth.grant(stolen, null)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  describe("with a forged access token", () => {
    const seconds = () => Math.floor(gateway.clock.nowMs / 1_000);
    const pairOf = (kid: string): KeyObject => {
      const seed = deriveKey(gateway.fieldward.vault.rootKeys.session, `fieldward/session/${kid}`);
      return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: "der", type: "pkcs8" });
    };
    const kidNow = () => `1.${String(Math.floor(gateway.clock.nowMs / EPOCH_MS))}`;
    const claimsOf = (id: string) => ({
      iss: "fieldward",
      aud: "fieldward/access",
      sub: id,
      jti: uuidv7(),
      iat: seconds(),
      exp: seconds() + 600,
      scope: "contact:masked",
      client_id: id,
    });
    /** A token signed with our own key, and with anything in it that is given. */
    const forged = async (id: string, { header = {}, claims = {}, key }: Forgery = {}): Promise<string> => {
      const { manager } = gateway.fieldward.databases.data.reader;
      const { secretHash } = await manager.findOneByOrFail(ApiToken, { id });
      const all: Record<string, unknown> = { ...claimsOf(id), secret: secretMark(secretHash), ...claims };
      const body = Object.entries(all).filter(([, value]) => value !== undefined);
      return new SignJWT(Object.fromEntries(body))
        .setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: kidNow(), ...header })
        .sign(key ?? pairOf(kidNow()));
    };

    it("is taken in by nothing but type, audience, issuer, key and times that are all right", async () => {
      const { id } = await issue();
      expect(await isGood(await forged(id))).toBe(true);
      const stranger = pairOf("stranger");
      const forgeries = forgeriesOf(stranger, seconds(), CERTIFICATE);
      const good: Forgery[] = [];
      for (const forgery of forgeries) if (await isGood(await forged(id, forgery))) good.push(forgery);
      expect(good).toEqual([]);
    });

    it("cannot choose how it is checked", async () => {
      const { id } = await issue();
      const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
      const body = encode(claimsOf(id));
      const unsigned = `${encode({ alg: "none", typ: "at+jwt", kid: kidNow() })}.${body}.`;
      const head = `${encode({ alg: "HS256", typ: "at+jwt", kid: kidNow() })}.${body}`;
      const publicKey = createPublicKey(pairOf(kidNow())).export({ format: "pem", type: "spki" });
      const confused = `${head}.${createHmac("sha256", publicKey).update(head).digest("base64url")}`;
      for (const token of [unsigned, confused]) expect(await isGood(token)).toBe(false);
    });

    it("gives no scope that the API token does not have", async () => {
      const { id } = await issue();
      const greedy = await forged(id, {
        claims: { scope: "contact:clear contact:token contact:lookup messages:write" },
      });
      const principal = await services().authenticator.authenticate(`Bearer ${greedy}`);
      expect(principal?.scopes).toEqual(["contact:token"]);
    });

    it("is no session, and a session no access token", async () => {
      const { token, id } = await issue();
      const access = await accessTokenFor(gateway, token);
      const staff = await gateway.staff("support", "support");
      const [, body = "", signature = ""] = access.split(".");
      const [, sessionBody = "", sessionSignature = ""] = staff.token.split(".");
      const header = (typ: string): string =>
        Buffer.from(JSON.stringify({ alg: "EdDSA", typ, kid: kidNow() })).toString("base64url");
      const swapped = [
        `${header("JWT")}.${body}.${signature}`,
        `${header("at+jwt")}.${sessionBody}.${sessionSignature}`,
        await forged(id, { header: { typ: "JWT" }, claims: { aud: "fieldward/session" } }),
      ];
      for (const bearer of swapped) expect(await isGood(bearer)).toBe(false);
      const asked = await post(
        gateway,
        "/oauth/introspect",
        { token: staff.token },
        { authorization: basic(...credentialsOf(token)) },
      );
      expect(asked.body).toEqual({ active: false });
    });
  });
});

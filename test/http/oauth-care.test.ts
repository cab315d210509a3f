import { get as httpGet } from "node:http";
import { text } from "node:stream/consumers";
import { decodeJwt } from "jose";
import { RevokedAccessToken } from "../../src/domain/sign-in";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";
import { accessTokenFor, at, clientsAt, post, SCOPES } from "./oauth-client";

const MINUTE_MS = 60 * 1_000;

describe.each(engines)("what is told of tokens, and their end, on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    await addTenant(gateway, "larkfield");
    await addTenant(gateway, "northgate");
  });
  afterAll(() => gateway.close());

  const { issue, me, basicOf, entriesOf } = clientsAt(() => gateway);

  describe("introspection", () => {
    const ask = (client: string, token: string) =>
      post(gateway, "/oauth/introspect", { token }, basicOf(client));

    it("tells a client of its own tokens", async () => {
      const { token, id, expiresAt } = await issue();
      const access = await accessTokenFor(gateway, token, { scope: "contact:token" });
      const { jti, iat, exp } = decodeJwt(access);
      const known = { active: true, client_id: id, sub: id, token_type: "Bearer" };
      expect((await ask(token, access)).body).toEqual({ ...known, scope: "contact:token", jti, iat, exp });
      const whole = { scope: SCOPES.join(" "), exp: Math.floor(expiresAt.getTime() / 1_000) };
      expect((await ask(token, token)).body).toEqual({ ...known, ...whole });
    });

    it("tells nothing of a token that is not good or not this client's, not even which", async () => {
      const [mine, other] = [await issue(), await issue({ tenantSlug: "northgate" })];
      const staff = await gateway.staff("support", "support");
      const foreign = await accessTokenFor(gateway, other.token);
      const revoked = await accessTokenFor(gateway, mine.token);
      await post(gateway, "/oauth/revoke", { token: revoked }, basicOf(mine.token));
      for (const token of [other.token, foreign, revoked, staff.token, "nonsense", `${mine.token}x`])
        expect((await ask(mine.token, token)).body).toEqual({ active: false });
    });

    it("asks for a client and a token", async () => {
      const { token } = await issue();
      expect((await post(gateway, "/oauth/introspect", { token })).status).toBe(401);
      const nothing = await post(gateway, "/oauth/introspect", {}, basicOf(token));
      expect(nothing.body).toMatchObject({
        error: "invalid_request",
        error_description: "The parameter token is missing.",
      });
    });
  });

  describe("revocation", () => {
    const revoke = (client: string, token: string) =>
      post(gateway, "/oauth/revoke", { token, token_type_hint: "what" }, basicOf(client));

    it("ends an access token at once, once, and nothing else of the client", async () => {
      const { token, id } = await issue();
      const [one, two] = [await accessTokenFor(gateway, token), await accessTokenFor(gateway, token)];
      expect((await me(one)).code).toBeUndefined();
      expect((await revoke(token, one)).status).toBe(200);
      expect((await revoke(token, one)).status).toBe(200);
      expect((await me(one)).code).toBe("UNAUTHENTICATED");
      expect((await me(two)).code).toBeUndefined();
      expect((await me(token)).code).toBeUndefined();
      const ended = (await entriesOf(id)).filter(({ kind }) => kind === "ACCOUNTS");
      expect(ended).toEqual([
        expect.objectContaining({ operation: "oauth revoke", about: decodeJwt(one).jti, outcome: "revoked" }),
      ]);
    });

    it("ends the API token itself where that is what is named", async () => {
      const { token } = await issue();
      const access = await accessTokenFor(gateway, token);
      expect((await revoke(token, token)).status).toBe(200);
      expect((await me(token)).code).toBe("UNAUTHENTICATED");
      expect((await me(access)).code).toBe("UNAUTHENTICATED");
    });

    it("ends nothing of another client", async () => {
      const [mine, other] = [await issue(), await issue()];
      const foreign = await accessTokenFor(gateway, other.token);
      expect((await revoke(mine.token, foreign)).status).toBe(200);
      expect((await revoke(mine.token, other.token)).status).toBe(200);
      expect((await me(foreign)).code).toBeUndefined();
      expect((await me(other.token)).code).toBeUndefined();
    });

    it("keeps no denial longer than what it denies", async () => {
      const { token } = await issue();
      const { manager } = gateway.fieldward.databases.data.reader;
      await revoke(token, await accessTokenFor(gateway, token));
      const before = await manager.count(RevokedAccessToken);
      gateway.clock.forward(11 * MINUTE_MS);
      await revoke(token, await accessTokenFor(gateway, token));
      expect(before).toBeGreaterThan(0);
      expect(await manager.count(RevokedAccessToken)).toBe(1);
    });
  });

  describe("the metadata", () => {
    const get = async (path: string) => (await fetch(at(gateway, path))).json();

    it("says where tokens are got, and for what", async () => {
      const origin = new URL(gateway.url).origin;
      expect(await get("/.well-known/oauth-authorization-server")).toMatchObject({
        issuer: origin,
        token_endpoint: `${origin}/oauth/token`,
        introspection_endpoint: `${origin}/oauth/introspect`,
        revocation_endpoint: `${origin}/oauth/revoke`,
        grant_types_supported: ["client_credentials"],
      });
      const resource = {
        resource: gateway.url,
        authorization_servers: [origin],
        bearer_methods_supported: ["header"],
      };
      expect(await get("/.well-known/oauth-protected-resource")).toMatchObject(resource);
      expect(await get("/.well-known/oauth-protected-resource/graphql")).toMatchObject(resource);
    });

    it("is not what a request says of the host", async () => {
      const url = at(gateway, "/.well-known/oauth-authorization-server");
      const headers = {
        host: "evil.example",
        "x-forwarded-host": "evil.example",
        forwarded: "host=evil.example",
      };
      const body = await new Promise<string>((resolve, reject) => {
        httpGet(url, { headers }, (response) => void text(response).then(resolve, reject)).on(
          "error",
          reject,
        );
      });
      expect(body).toContain("token_endpoint");
      expect(body).not.toContain("evil");
    });

    it("is told to whoever comes without a good token", async () => {
      const send = async (headers: Record<string, string>, query = "{ me { id } }") => {
        const type = { "content-type": "application/json" };
        const body = JSON.stringify({ query });
        const answer = await fetch(gateway.url, { method: "POST", headers: { ...type, ...headers }, body });
        return [answer.status, answer.headers.get("www-authenticate")];
      };
      const where = `Bearer resource_metadata="${new URL(gateway.url).origin}/.well-known/oauth-protected-resource/graphql"`;
      expect(await send({})).toEqual([401, where]);
      expect(await send({ authorization: "Bearer nonsense" })).toEqual([
        401,
        `${where}, error="invalid_token"`,
      ]);
      const { token } = await issue();
      expect(await send({ authorization: `Bearer ${token}` })).toEqual([200, null]);
    });
  });
});

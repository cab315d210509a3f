import { decodeJwt, decodeProtectedHeader } from "jose";
import { engines } from "../support/engines";
import { openTestGateway, type TestGateway } from "../support/gateway";
import { addTenant } from "../support/records";
import { accessTokenFor, basic, clientsAt, credentialsOf, post, SCOPES } from "./oauth-client";

const MINUTE_MS = 60 * 1_000;
const GRANT = { grant_type: "client_credentials" };

describe.each(engines)("getting an access token on $name", (engine) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    await addTenant(gateway, "larkfield");
    await addTenant(gateway, "northgate");
  });
  afterAll(() => gateway.close());

  const { services, issue, me, basicOf, entriesOf, entries } = clientsAt(() => gateway);

  describe("the token endpoint", () => {
    it("gives an access token of ten minutes for an API token, which then reads like it", async () => {
      const { token, id } = await issue();
      const { status, body, headers } = await post(gateway, "/oauth/token", GRANT, basicOf(token));
      expect(status).toBe(200);
      expect(headers.get("cache-control")).toBe("no-store");
      expect(body).toEqual({
        access_token: expect.any(String) as unknown,
        token_type: "Bearer",
        expires_in: 600,
        scope: SCOPES.join(" "),
      });
      const jwt = String(body["access_token"]);
      expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: "EdDSA", typ: "at+jwt" });
      expect(decodeJwt(jwt)).toMatchObject({
        sub: id,
        client_id: id,
        aud: "fieldward/access",
        scope: SCOPES.join(" "),
      });
      expect(await me(jwt)).toEqual({ me: { id, kind: "PARTNER", scopes: SCOPES }, code: undefined });
    });

    it("takes the credentials by Basic or in the form, by name or id, or the whole token as the secret", async () => {
      const { token, id } = await issue();
      const [name, secret] = credentialsOf(token);
      const ways = [
        [{}, { authorization: basic(id, secret) }],
        [{}, { authorization: basic(name, token) }],
        [{}, { authorization: basic(id, token) }],
        [{}, { authorization: basic("", token) }],
        [{ client_id: name, client_secret: secret }, {}],
        [{ client_id: id, client_secret: secret }, {}],
        [{ client_secret: token }, {}],
      ] as const;
      const statuses: number[] = [];
      for (const [form, headers] of ways)
        statuses.push((await post(gateway, "/oauth/token", { ...GRANT, ...form }, headers)).status);
      expect(statuses).toEqual(ways.map(() => 200));
    });

    it("gives fewer scopes where fewer are asked for, and none where one is too many", async () => {
      const { token } = await issue();
      const narrow = await accessTokenFor(gateway, token, { scope: "contact:masked traffic:clear" });
      expect((await me(narrow)).me).toMatchObject({ scopes: ["contact:masked", "traffic:clear"] });
      for (const scope of ["content:masked", "contact:clear messages:write", "contact:hidden", "*"]) {
        const { status, body } = await post(gateway, "/oauth/token", { ...GRANT, scope }, basicOf(token));
        expect([scope, status, body["error"]]).toEqual([scope, 400, "invalid_scope"]);
      }
    });

    it("gives a token for its own resource and for no other", async () => {
      const { token } = await issue();
      const ask = (resources: readonly string[]) => {
        const form = new URLSearchParams(GRANT);
        for (const resource of resources) form.append("resource", resource);
        return post(gateway, "/oauth/token", form.toString(), basicOf(token));
      };
      expect((await ask([gateway.url])).status).toBe(200);
      expect((await ask([gateway.url, "https://other.example/graphql"])).body["error"]).toBe(
        "invalid_target",
      );
      expect((await ask([gateway.url.replace("/graphql", "")])).body["error"]).toBe("invalid_target");
    });

    it("refuses what is no form of one grant, in OAuth's own words", async () => {
      const { token } = await issue();
      const headers = basicOf(token);
      const refusals = [
        [{ grant_type: "password" }, {}, 400, "unsupported_grant_type"],
        [{}, {}, 400, "invalid_request"],
        ["grant_type=client_credentials&grant_type=client_credentials", {}, 400, "invalid_request"],
        [{ ...GRANT, client_secret: token }, {}, 400, "invalid_request"],
        [`grant_type=client_credentials&x=${"y".repeat(9_000)}`, {}, 400, "invalid_request"],
        ["{}", { "content-type": "application/json" }, 400, "invalid_request"],
      ] as const;
      for (const [form, more, status, error] of refusals) {
        const answer = await post(gateway, "/oauth/token", form, { ...headers, ...more });
        expect([form, answer.status, answer.body["error"]]).toEqual([form, status, error]);
        expect(answer.headers.get("cache-control")).toBe("no-store");
      }
    });

    it("ends its tokens no later than the API token, or the secret that it was got by", async () => {
      const { token, id, expiresAt } = await issue();
      const before = gateway.clock.nowMs;
      gateway.clock.nowMs = expiresAt.getTime() - 2 * MINUTE_MS;
      const last = await post(gateway, "/oauth/token", GRANT, basicOf(token));
      expect(last.body["expires_in"]).toBe(120);
      gateway.clock.nowMs = before;
      await services().apiTokens.rotate(id, { graceHours: 1 });
      gateway.clock.forward(58 * MINUTE_MS);
      const old = await post(gateway, "/oauth/token", GRANT, basicOf(token));
      expect(old.body["expires_in"]).toBe(120);
      gateway.clock.forward(2 * MINUTE_MS);
      expect((await post(gateway, "/oauth/token", GRANT, basicOf(token))).status).toBe(401);
      expect((await me(String(old.body["access_token"]))).code).toBe("UNAUTHENTICATED");
    });

    it("puts each grant on the access log, and each failure without a name", async () => {
      const { token, id } = await issue();
      await accessTokenFor(gateway, token);
      const granted = (await entriesOf(id)).filter(({ kind }) => kind === "SIGN_IN");
      expect(granted).toEqual([
        expect.objectContaining({ operation: "oauth token", about: id, outcome: "ok", ip: "127.0.0.1" }),
      ]);
      const [name, secret] = credentialsOf(token);
      const wrong = secret.replace(/./g, "x");
      const { status, headers } = await post(gateway, "/oauth/token", GRANT, {
        authorization: basic(name, wrong),
      });
      expect([status, headers.get("www-authenticate")]).toEqual([401, 'Basic realm="fieldward"']);
      const failed = (await entries()).at(-1);
      expect(failed).toMatchObject({ kind: "SIGN_IN", operation: "oauth client", outcome: "refused" });
      expect(failed).not.toHaveProperty("actor");
      expect(failed).not.toHaveProperty("about");
      const log = JSON.stringify(await entries());
      expect([secret, wrong].filter((value) => log.includes(value))).toEqual([]);
    });
  });

  describe("an access token", () => {
    it("ends after ten minutes", async () => {
      const { token } = await issue();
      const access = await accessTokenFor(gateway, token);
      gateway.clock.forward(10 * MINUTE_MS - 1_000);
      expect((await me(access)).code).toBeUndefined();
      gateway.clock.forward(1_000);
      expect((await me(access)).code).toBe("UNAUTHENTICATED");
    });

    it.each(["revoked", "frozen", "cut short"] as const)("ends with an API token that is %s", async (how) => {
      const { token, id } = await issue();
      const access = await accessTokenFor(gateway, token);
      expect((await me(access)).code).toBeUndefined();
      const by = { id: "operator" };
      const { data } = gateway.fieldward.databases;
      const ways = {
        revoked: () => services().apiTokens.revoke(id),
        frozen: () => services().freezing.freeze({ id, reason: "a test", by }, () => Promise.resolve()),
        "cut short": () =>
          data.write((manager) =>
            manager.query("UPDATE api_token SET expires_at = ? WHERE id = ?", [
              gateway.clock.nowMs + 2_000,
              id,
            ]),
          ),
      };
      await ways[how]();
      gateway.clock.forward(2_000);
      expect((await me(access)).code).toBe("UNAUTHENTICATED");
    });

    it("ends with the secret that it was got for: at once, or after the grace of a rotation", async () => {
      const { token, id } = await issue();
      const access = await accessTokenFor(gateway, token);
      await services().apiTokens.rotate(id, { graceHours: 1 });
      services().authenticator.forget();
      expect((await me(access)).code).toBeUndefined();
      await services().apiTokens.rotate(id, { graceHours: 0 });
      services().authenticator.forget();
      expect((await me(access)).code).toBe("UNAUTHENTICATED");
      expect((await me(token)).code).toBe("UNAUTHENTICATED");
    });

    it("gets no more where the API token was given less", async () => {
      const { token, id } = await issue();
      const access = await accessTokenFor(gateway, token);
      const { data } = gateway.fieldward.databases;
      const scopes = JSON.stringify(["contact:masked"]);
      await data.write((manager) =>
        manager.query("UPDATE api_token SET scopes = ? WHERE id = ?", [scopes, id]),
      );
      services().authenticator.forget();
      expect((await me(access)).me).toMatchObject({ scopes: [] });
    });
  });
});

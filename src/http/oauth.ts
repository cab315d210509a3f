import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FieldwardError, type ErrorCode } from "../domain/errors";
import type { OAuth, OAuthRequest } from "../identity/oauth";
import { readCredentials, readForm, type Form } from "./oauth-form";
import { originOf, type Listening } from "./origin";
import { certificateSha256 } from "./tls";

/** What serves the endpoints. */
export interface OAuthService {
  readonly oauth: OAuth;
  /** Forgets what credentials were found good, so that a revocation counts here at once. */
  readonly forget: () => void;
  /** Where clients reach this server; null: where it listens. */
  readonly publicUrl: string | null;
}

/** What the endpoints are made of. */
export interface OAuthParts {
  readonly oauth: OAuthService;
  readonly listen: Listening;
  readonly logFault: (requestId: string, error: unknown) => void;
}

interface Routes extends OAuthService {
  readonly origin: () => string;
}

const FORM = "application/x-www-form-urlencoded";
const BODY_LIMIT_BYTES = 8 * 1024;
const RESOURCE_PATH = "/graphql";
const RESOURCE_METADATA = "/.well-known/oauth-protected-resource";
/** Where a bearer token is asked for. */
const PROTECTED: ReadonlySet<string> = new Set([RESOURCE_PATH, "/schema.graphql"]);

/** An error in OAuth's own form. @see RFC 6749 §5.2 */
interface OAuthFault {
  readonly status: number;
  readonly error: string;
  readonly description: string;
}

const FAULTS = {
  grantType: {
    status: 400,
    error: "unsupported_grant_type",
    description: "Only grant_type=client_credentials is served.",
  },
  scope: {
    status: 400,
    error: "invalid_scope",
    description: "This client does not have all of these scopes.",
  },
  target: {
    status: 400,
    error: "invalid_target",
    description: "This server issues tokens for its own resource only.",
  },
  client: {
    status: 401,
    error: "invalid_client",
    description: "The client is not known, or its secret is wrong.",
  },
  tooMany: {
    status: 429,
    error: "temporarily_unavailable",
    description: "Too many failures. Wait and try again.",
  },
  unavailable: { status: 503, error: "temporarily_unavailable", description: "Try again shortly." },
  internal: { status: 500, error: "server_error", description: "Something went wrong." },
} as const satisfies Record<string, OAuthFault>;

const BY_CODE: Readonly<Partial<Record<ErrorCode, OAuthFault>>> = {
  UNAUTHENTICATED: FAULTS.client,
  RATE_LIMITED: FAULTS.tooMany,
  AUDIT_UNAVAILABLE: FAULTS.unavailable,
  VAULT_UNAVAILABLE: FAULTS.unavailable,
  DATABASE_UNAVAILABLE: FAULTS.unavailable,
};

function faultOf(error: unknown): OAuthFault {
  const invalid = { status: 400, error: "invalid_request" };
  if (error instanceof FieldwardError) {
    const known = BY_CODE[error.code];
    if (known !== undefined) return known;
    return error.code === "BAD_USER_INPUT"
      ? { ...invalid, description: error.hint ?? "The request is not valid." }
      : FAULTS.internal;
  }
  // Fastify's own refusals of a body: too large, of another type, not what its length said.
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("FST_ERR_CTP_")
    ? { ...invalid, description: `Send a form of ${String(BODY_LIMIT_BYTES)} bytes at most.` }
    : FAULTS.internal;
}

function refuse(request: FastifyRequest, reply: FastifyReply, fault: OAuthFault): FastifyReply {
  if (fault.status === 401) void reply.header("www-authenticate", 'Basic realm="fieldward"');
  const { error, description } = fault;
  return reply.code(fault.status).send({ error, error_description: description, request_id: request.id });
}

/** The parameter that a request must have. @throws FieldwardError BAD_USER_INPUT */
function required(form: Form, name: string): string {
  const value = form.get(name);
  if (value !== undefined) return value;
  throw new FieldwardError("BAD_USER_INPUT", `The parameter ${name} is missing.`);
}

function requestOf(request: FastifyRequest, form: Form): OAuthRequest {
  const credentials = readCredentials(request.headers.authorization, form);
  const source = { ip: request.ip, certificateSha256: certificateSha256(request.raw.socket) };
  return { id: request.id, credentials, source };
}

/** `POST /oauth/token`: an access token of ten minutes for an API token. @see RFC 6749 §4.4, RFC 8707 */
function tokenEndpoint(scope: FastifyInstance, routes: Routes): void {
  scope.post("/oauth/token", async (request, reply) => {
    const { form, resources } = readForm(request.body);
    const wanted =
      form
        .get("scope")
        ?.split(" ")
        .filter((name) => name !== "") ?? null;
    const client = requestOf(request, form);
    if (required(form, "grant_type") !== "client_credentials")
      return refuse(request, reply, FAULTS.grantType);
    const resource = `${routes.origin()}${RESOURCE_PATH}`;
    if (resources.some((other) => other !== resource)) return refuse(request, reply, FAULTS.target);
    const granted = await routes.oauth.grant(client, wanted);
    if (granted === undefined) return refuse(request, reply, FAULTS.scope);
    return reply.send({
      access_token: granted.token,
      token_type: "Bearer",
      expires_in: granted.expiresInSeconds,
      scope: granted.scopes.join(" "),
    });
  });
}

/** `POST /oauth/introspect` and `POST /oauth/revoke`, for a client's own tokens. @see RFC 7662, RFC 7009 */
function tokenCare(scope: FastifyInstance, routes: Routes): void {
  scope.post("/oauth/introspect", async (request, reply) => {
    const { form } = readForm(request.body);
    const client = requestOf(request, form);
    return reply.send(await routes.oauth.introspect(client, required(form, "token")));
  });
  scope.post("/oauth/revoke", async (request, reply) => {
    const { form } = readForm(request.body);
    const client = requestOf(request, form);
    await routes.oauth.revoke(client, required(form, "token"));
    routes.forget();
    return reply.send({});
  });
}

const AUTH_METHODS = ["client_secret_basic", "client_secret_post"];

/** Where everything is: of the server that issues tokens, and of the resource that takes them. @see RFC 8414 §2, RFC 9728 §2 */
function metadata(server: FastifyInstance, { origin }: Routes): void {
  server.get("/.well-known/oauth-authorization-server", () => ({
    issuer: origin(),
    token_endpoint: `${origin()}/oauth/token`,
    introspection_endpoint: `${origin()}/oauth/introspect`,
    revocation_endpoint: `${origin()}/oauth/revoke`,
    response_types_supported: [],
    grant_types_supported: ["client_credentials"],
    token_endpoint_auth_methods_supported: AUTH_METHODS,
    introspection_endpoint_auth_methods_supported: AUTH_METHODS,
    revocation_endpoint_auth_methods_supported: AUTH_METHODS,
    tls_client_certificate_bound_access_tokens: true,
  }));
  const resource = () => ({
    resource: `${origin()}${RESOURCE_PATH}`,
    authorization_servers: [origin()],
    bearer_methods_supported: ["header"],
    resource_name: "Fieldward",
    tls_client_certificate_bound_access_tokens: true,
  });
  // The path of the resource goes after the well-known one; without it, for whoever starts from the host.
  server.get(`${RESOURCE_METADATA}${RESOURCE_PATH}`, resource);
  server.get(RESOURCE_METADATA, resource);
}

/** Tells whoever comes without a good token where to get one. No error where none was sent. @see RFC 6750 §3, RFC 9728 §5.1 */
function challenge(server: FastifyInstance, { origin }: Routes): void {
  server.addHook("onSend", (request, reply, payload, done) => {
    const [path = ""] = request.url.split("?");
    if (reply.statusCode === 401 && PROTECTED.has(path)) {
      const where = `resource_metadata="${origin()}${RESOURCE_METADATA}${RESOURCE_PATH}"`;
      const sent = request.headers.authorization !== undefined;
      void reply.header("www-authenticate", `Bearer ${where}${sent ? ', error="invalid_token"' : ""}`);
    }
    done(null, payload);
  });
}

/** Adds the OAuth endpoints: forms in, JSON out, errors in OAuth's own form. */
export function addOAuth(server: FastifyInstance, { oauth, listen, logFault }: OAuthParts): void {
  const routes: Routes = { ...oauth, origin: () => originOf(server, listen, oauth.publicUrl) };
  metadata(server, routes);
  challenge(server, routes);
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    const form = { parseAs: "string", bodyLimit: BODY_LIMIT_BYTES } as const;
    scope.addContentTypeParser(FORM, form, (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.setErrorHandler((error, request, reply) => {
      const fault = faultOf(error);
      if (fault.status >= 500) logFault(request.id, error);
      return refuse(request, reply, fault);
    });
    tokenEndpoint(scope, routes);
    tokenCare(scope, routes);
    done();
  });
}

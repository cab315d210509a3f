import { HeaderMap, type ApolloServer } from "@apollo/server";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import type { Logger } from "pino";
import { FieldwardError, StartupError, type ErrorCode } from "../domain/errors";
import type { GatewayContext } from "../graphql/context";
import type { RequestContexts } from "../graphql/request-context";
import type { SchemaText } from "../graphql/visible/request-schema";
import { networkOf } from "../identity/network";
import type { Turns } from "../identity/turns";
import { schemaPage } from "./schema-page";
import { addOAuth, type OAuthService } from "./oauth";
import { scim, type ScimParts } from "./scim";
import { certificateSha256, refuseUnverified, tlsOptions, type TlsSettings } from "./tls";

/** Where the server listens. */
export interface ListenSettings {
  readonly host: string;
  readonly port: number;
  /** null: plain HTTP, on loopback only. */
  readonly tls: TlsSettings | null;
}

const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

/** @throws StartupError where a host other than loopback would be served without TLS */
export function readListen(listen: string, tls: TlsSettings | null): ListenSettings {
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, "");
  if (tls === null && !LOOPBACK.test(host)) {
    throw new StartupError(
      `FIELDWARD_LISTEN is ${listen}, which is not loopback, without TLS. Set FIELDWARD_TLS_CERT and FIELDWARD_TLS_KEY.`,
    );
  }
  return { host, port: Number(listen.slice(colon + 1)), tls };
}

/** The whole request failed: the catalogue's code, its text and the id by which the cause is found in the log. */
function sendError(request: FastifyRequest, reply: FastifyReply, error: FieldwardError): FastifyReply {
  const body = {
    errors: [{ message: error.message, extensions: { code: error.code, requestId: request.id } }],
  };
  return reply.code(error.status).type("application/json; charset=utf-8").send(body);
}

const FAULTS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["BAD_USER_INPUT", "The body is larger than 4 MB; send it in parts."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["BAD_USER_INPUT", "Send application/json."],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["BAD_USER_INPUT", "The body is empty; send a GraphQL request as JSON."],
  FST_ERR_CTP_INVALID_JSON_BODY: ["BAD_USER_INPUT", "The body is not JSON."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "BAD_USER_INPUT",
    "The body does not have the length that was announced.",
  ],
};

function asCatalogueError(error: FastifyError | Error): FieldwardError {
  if (error instanceof FieldwardError) return error;
  const code = "code" in error ? error.code : undefined;
  const known = FAULTS[code ?? ""];
  if (known !== undefined) return new FieldwardError(...known);
  if (error instanceof SyntaxError) return new FieldwardError("BAD_USER_INPUT", "The body is not JSON.");
  return new FieldwardError("INTERNAL", undefined, { cause: error });
}

/** What the HTTP server is made of. */
export interface ServerParts {
  readonly listen: ListenSettings;
  /** Addresses and networks whose word counts on where a request comes from. */
  readonly trustedProxies: readonly string[];
  /** What answers the company's directory service; null: there is none. */
  readonly scim: ScimParts | null;
  readonly oauth: OAuthService;
  readonly gateway: ApolloServer<GatewayContext>;
  readonly contexts: RequestContexts;
  /** The turns of requests without a credential. */
  readonly anonymous: Turns;
  readonly schemaText: SchemaText;
  readonly log: Logger;
  /** Tells the log the cause of what a client only sees a code of. */
  readonly logFault: (requestId: string, error: unknown) => void;
  readonly newId: () => string;
  /** Resolves where everything that a request needs can be reached. */
  readonly ready: () => Promise<void>;
}

function makeInstance({ listen, trustedProxies, logFault, newId }: ServerParts): FastifyInstance {
  const limits = { bodyLimit: BODY_LIMIT_BYTES, requestTimeout: 30_000, keepAliveTimeout: 65_000 };
  const trustProxy = trustedProxies.length === 0 ? false : [...trustedProxies];
  const options = {
    ...limits,
    trustProxy,
    genReqId: newId,
    logger: false as const,
    return503OnClosing: true,
  };
  const { tls } = listen;
  const instance = tls === null ? Fastify(options) : Fastify({ ...options, https: tlsOptions(tls) });
  const server = instance as FastifyInstance;
  refuseUnverified(server.server);
  server.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const own = asCatalogueError(error);
    if (own.status >= 500) logFault(request.id, own);
    return sendError(request, reply, own);
  });
  server.setNotFoundHandler((request, reply) =>
    sendError(request, reply, new FieldwardError("NOT_FOUND", "Try POST /graphql.")),
  );
  return server;
}

function health(server: FastifyInstance, { ready, log }: ServerParts): void {
  server.get("/healthz", () => ({ status: "ok" }));
  server.get("/readyz", async (request, reply) => {
    try {
      await ready();
      return { status: "ready" };
    } catch (error) {
      log.warn(
        { requestId: request.id, code: error instanceof FieldwardError ? error.code : "INTERNAL" },
        "not ready",
      );
      return reply.code(503).send({ status: "not ready" });
    }
  });
}

/**
 * What every answer says to browsers and proxies: JSON only, nothing embedded, nothing kept. A fixed table, since every
 * answer here is data. @see OWASP REST Security Cheat Sheet, "Security Headers"
 */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** Two years, as preload lists ask for. @see RFC 6797 §6.1.1 */
const HTTPS_ONLY = { "strict-transport-security": "max-age=63072000; includeSubDomains" } as const;

/** The headers that Apollo looks at: how the body is written, what answer is accepted, and its guard against CSRF. */
const PASSED_ON = ["content-type", "accept", "apollo-require-preflight", "x-apollo-operation-name"] as const;

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const name of PASSED_ON) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  return headers;
}

function contextOf(contexts: RequestContexts, request: FastifyRequest): Promise<GatewayContext> {
  const { id, ip, body, headers } = request;
  const purpose = headers["fieldward-purpose"];
  return contexts.make({
    id,
    ip,
    certificateSha256: certificateSha256(request.raw.socket),
    body,
    authorization: headers.authorization,
    purpose: Array.isArray(purpose) ? purpose.join(",") : purpose,
  });
}

/**
 * `POST /graphql`: who asks and why, then Apollo with our executor behind it. Who has no credential, as whoever signs in, waits
 * for a turn before anything else is done: however many come, those who have one are served as if there were a few.
 */
function graphql(server: FastifyInstance, { gateway, contexts, anonymous }: ServerParts): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const context = await contextOf(contexts, request);
    const { status, headers, body } = await gateway.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: "POST", headers: headersOf(request), search: "", body: request.body },
      context: () => Promise.resolve(context),
    });
    for (const [name, value] of headers) void reply.header(name, value);
    if (body.kind !== "complete") throw new FieldwardError("BAD_USER_INPUT", "Answers come in one piece.");
    return reply.code(status ?? 200).send(body.string);
  };
  // Before the body is read: whoever is sent away costs as little as can be.
  const onRequest = (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    const isSentAway = request.headers.authorization === undefined && anonymous.isFull(networkOf(request.ip));
    done(isSentAway ? new FieldwardError("RATE_LIMITED") : undefined);
  };
  server.post("/graphql", { onRequest }, (request, reply) =>
    request.headers.authorization === undefined
      ? anonymous.take(() => answer(request, reply), networkOf(request.ip))
      : answer(request, reply),
  );
}

/** The server, in the order in which a request goes through it. */
export function makeServer(parts: ServerParts): FastifyInstance {
  const server = makeInstance(parts);
  const headers = parts.listen.tls === null ? HEADERS : { ...HEADERS, ...HTTPS_ONLY };
  server.addHook("onRequest", (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
  health(server, parts);
  graphql(server, parts);
  schemaPage(server, parts.schemaText);
  addOAuth(server, parts);
  if (parts.scim !== null) scim(server, parts.scim, parts.logFault);
  return server;
}

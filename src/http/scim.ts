import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FieldwardError } from "../domain/errors";
import type { Directory, DirectoryRequest } from "../identity/directory";
import type { DirectorySecret } from "../identity/directory-secret";
import { LONGEST_PAGE, SERVICE_PROVIDER_CONFIG, USER_ATTRIBUTES, USER_TYPE } from "./scim-discovery";
import {
  asUser,
  readFilter,
  readPatch,
  readReplacement,
  readUser,
  ScimError,
  USER_SCHEMA,
  type ScimType,
} from "./scim-user";

/** What the company's directory service is answered with. */
export interface ScimParts {
  readonly directory: Directory;
  readonly secret: DirectorySecret;
}

const MEDIA_TYPE = "application/scim+json; charset=utf-8";
const ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";
const LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const BODY_LIMIT_BYTES = 64 * 1_024;

type LogFault = (requestId: string, error: unknown) => void;

function asFieldwardError(error: FastifyError | Error): FieldwardError {
  if (error instanceof FieldwardError) return error;
  const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
  if (status >= 500) return new FieldwardError("INTERNAL", undefined, { cause: error });
  return new ScimError("invalidSyntax", "Send a SCIM message as application/scim+json, 64 KiB at most.");
}

function scimTypeOf(error: FieldwardError): ScimType | undefined {
  if (error instanceof ScimError) return error.scimType;
  if (error.code === "CONFLICT") return "uniqueness";
  return error.code === "BAD_USER_INPUT" ? "invalidValue" : undefined;
}

/** An error in SCIM's form: the catalogue's text, and the id by which the cause is found in the log. @see RFC 7644 §3.12 */
function sendError(request: FastifyRequest, reply: FastifyReply, error: FieldwardError): FastifyReply {
  // What a query answers as part of a 200 has nothing here to be a part of.
  const status = error.status < 400 ? 500 : error.status;
  const scimType = scimTypeOf(error);
  const detail = `${error.message} (request ${request.id})`;
  if (status === 401) void reply.header("www-authenticate", "Bearer");
  const body = { schemas: [ERROR_SCHEMA], status: String(status), scimType, detail };
  return reply.code(status).type(MEDIA_TYPE).send(JSON.stringify(body));
}

function send(reply: FastifyReply, body: object): FastifyReply {
  return reply.type(MEDIA_TYPE).send(JSON.stringify(body));
}

function listOf(resources: readonly object[], totalResults: number, startIndex = 1): object {
  const itemsPerPage = resources.length;
  return { schemas: [LIST_SCHEMA], totalResults, startIndex, itemsPerPage, Resources: resources };
}

function wholeNumber(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === "string" && /^-?\d{1,9}$/.test(value)) return Number(value);
  throw new ScimError("invalidValue", "`startIndex` and `count` are whole numbers.");
}

const asker = ({ id, ip }: FastifyRequest): DirectoryRequest => ({ id, ip });
const idOf = ({ params }: FastifyRequest): string => (params as { readonly id: string }).id;

async function list(directory: Directory, request: FastifyRequest): Promise<object> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const filter = readFilter(query["filter"]);
  // Less than the first is the first, less than none is none. @see RFC 7644 §3.4.2.4
  const startIndex = Math.max(1, wholeNumber(query["startIndex"], 1));
  const take = Math.min(LONGEST_PAGE, Math.max(0, wholeNumber(query["count"], LONGEST_PAGE)));
  const { people, total } = await directory.page(filter, { skip: startIndex - 1, take }, asker(request));
  return listOf(people.map(asUser), total, startIndex);
}

function users(server: FastifyInstance, directory: Directory): void {
  server.get("/Users", async (request, reply) => send(reply, await list(directory, request)));
  server.get("/Users/:id", async (request, reply) =>
    send(reply, asUser(await directory.byId(idOf(request), asker(request)))),
  );
  server.post("/Users", async (request, reply) => {
    const user = asUser(await directory.add(readUser(request.body), asker(request)));
    return send(reply.code(201).header("location", user.meta.location), user);
  });
  server.put("/Users/:id", async (request, reply) =>
    send(reply, asUser(await directory.change(idOf(request), readReplacement(request.body), asker(request)))),
  );
  server.patch("/Users/:id", async (request, reply) => {
    await directory.change(idOf(request), readPatch(request.body), asker(request));
    return reply.code(204).send();
  });
  // The row stays: the access log names it, and a token of this person must find it deactivated.
  server.delete("/Users/:id", async (request, reply) => {
    await directory.change(idOf(request), { active: false }, asker(request));
    return reply.code(204).send();
  });
}

function discovery(server: FastifyInstance): void {
  const pages = {
    "/ServiceProviderConfig": SERVICE_PROVIDER_CONFIG,
    "/ResourceTypes": listOf([USER_TYPE], 1),
    "/ResourceTypes/User": USER_TYPE,
    "/Schemas": listOf([USER_ATTRIBUTES], 1),
    [`/Schemas/${USER_SCHEMA.replaceAll(":", "::")}`]: USER_ATTRIBUTES,
  };
  for (const [path, page] of Object.entries(pages)) server.get(path, (_request, reply) => send(reply, page));
}

function bodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser("error", "error");
  const types = ["application/scim+json", "application/json"];
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    types,
    { parseAs: "string", bodyLimit: BODY_LIMIT_BYTES },
    (request, body, done) => {
      // Directories name a type for the body that a DELETE does not have.
      if (body === "") done(null);
      else return parse(request, String(body), done);
    },
  );
}

/**
 * `/scim/v2`: the company's directory tells who joins and who leaves. One secret opens it; without it nothing is answered,
 * not even what the service can do. @see RFC 7644
 */
export function scim(server: FastifyInstance, { directory, secret }: ScimParts, logFault: LogFault): void {
  void server.register(
    (scope, _options, done) => {
      scope.addHook("onRequest", async ({ headers }) => {
        await Promise.resolve();
        if (!secret.isIn(headers.authorization)) throw new FieldwardError("UNAUTHENTICATED");
      });
      scope.setErrorHandler((error: FastifyError | Error, request, reply) => {
        const own = asFieldwardError(error);
        if (own.status >= 500) logFault(request.id, own);
        return sendError(request, reply, own);
      });
      scope.setNotFoundHandler((request, reply) =>
        sendError(request, reply, new FieldwardError("NOT_FOUND")),
      );
      bodies(scope);
      discovery(scope);
      users(scope, directory);
      done();
    },
    { prefix: "/scim/v2" },
  );
}

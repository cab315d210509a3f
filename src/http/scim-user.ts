import { FieldwardError } from "../domain/errors";
import type { Person, PersonFacts, PersonFilter } from "../identity/directory";

/** What is wrong with a request, in SCIM's words. @see RFC 7644 §3.12, table 9 */
export type ScimType = "invalidFilter" | "invalidSyntax" | "invalidValue" | "uniqueness";

/** A request that is not understood. The text names attributes, never what they hold. */
export class ScimError extends FieldwardError {
  constructor(
    readonly scimType: ScimType,
    hint: string,
  ) {
    super("BAD_USER_INPUT", hint);
  }
}

/** The schema of users. @see RFC 7643 §4.1 */
export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
const PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const MOST_OPERATIONS = 100;
const LONGEST_TEXT = 320;

type Attributes = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An attribute by its name, in which case does not count; null is none. @see RFC 7643 §2.1, §2.5 */
function attribute(of: Attributes, name: string): unknown {
  const [key, another] = Object.keys(of).filter(
    (candidate) => candidate.toLowerCase() === name.toLowerCase(),
  );
  if (another !== undefined) throw new ScimError("invalidSyntax", `\`${name}\` stands there twice.`);
  return key === undefined ? undefined : (of[key] ?? undefined);
}

function text(name: string, value: unknown): string {
  if (typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_TEXT) return value;
  throw new ScimError(
    "invalidValue",
    `\`${name}\` must be a text of at most ${String(LONGEST_TEXT)} characters.`,
  );
}

/** Microsoft Entra sends "True" and "False" in patches, and a value in a list of one. */
function truth(name: string, given: unknown): boolean {
  const [only, another] = Array.isArray(given) ? (given as readonly unknown[]) : [given];
  const value = another === undefined && isObject(only) ? attribute(only, "value") : only;
  const known = typeof value === "string" ? value.toLowerCase() : value;
  if (known === true || known === "true") return true;
  if (known === false || known === "false") return false;
  throw new ScimError("invalidValue", `\`${name}\` must be true or false.`);
}

/** `[{"value": "support"}]`, `["support"]` or, by a patch of one role's value, `"support"`. */
function roleNames(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((role) => text("roles", isObject(role) ? attribute(role, "value") : role));
}

function partsOfName(name: unknown): string | undefined {
  if (!isObject(name)) return undefined;
  const formatted = attribute(name, "formatted");
  if (formatted !== undefined) return text("name.formatted", formatted);
  const parts = ["givenName", "familyName"]
    .map((part) => attribute(name, part))
    .filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.map((part) => text("name", part)).join(" ");
}

/** What an attribute says of a person, by its name in lower case. What is not here is not kept, as RFC 7644 §3.3 allows. */
const READERS: ReadonlyMap<string, (value: unknown) => PersonFacts> = new Map<
  string,
  (value: unknown) => PersonFacts
>([
  ["username", (value) => ({ email: text("userName", value) })],
  ["externalid", (value) => ({ externalId: text("externalId", value) })],
  ["active", (value) => ({ active: truth("active", value) })],
  ["roles", (value) => ({ roles: roleNames(value) })],
  ["displayname", (value) => ({ name: text("displayName", value) })],
  ["name.formatted", (value) => ({ name: text("name.formatted", value) })],
  [
    "name",
    (value) => {
      const name = partsOfName(value);
      return name === undefined ? {} : { name };
    },
  ],
]);

/** The order counts: a display name wins over the parts of a name. */
const IN_A_RESOURCE = ["name", "displayName", "userName", "externalId", "active", "roles"];

function checkSchema(body: unknown, schema: string): Attributes {
  const schemas = isObject(body) ? attribute(body, "schemas") : undefined;
  const named: readonly unknown[] = Array.isArray(schemas) ? schemas : [];
  const known = named.some((urn) => typeof urn === "string" && urn.toLowerCase() === schema.toLowerCase());
  if (!isObject(body) || !known) throw new ScimError("invalidSyntax", `\`schemas\` must name ${schema}.`);
  return body;
}

/** A person whose every fact is given; what is left out has its default. */
export type WholePerson = PersonFacts & { readonly email: string; readonly name: string | null };

/** Reads the body of a POST or PUT. What the gateway does not keep is left out. @see RFC 7644 §3.3, §3.5.1 */
export function readUser(body: unknown): WholePerson {
  const resource = checkSchema(body, USER_SCHEMA);
  let facts: PersonFacts = {};
  for (const name of IN_A_RESOURCE) {
    const value = attribute(resource, name);
    if (value !== undefined) facts = { ...facts, ...READERS.get(name.toLowerCase())?.(value) };
  }
  const { email, name = null } = facts;
  if (email === undefined) throw new ScimError("invalidValue", "`userName` must be given.");
  return { ...facts, email, name };
}

/** Reads the body of a PUT. One that deactivates does so, whatever else of it is not understood. */
export function readReplacement(body: unknown): PersonFacts {
  try {
    return readUser(body);
  } catch (error) {
    if (isObject(body) && deactivates(body)) return { active: false };
    throw error;
  }
}

function deactivates(body: Attributes): boolean {
  try {
    return !truth("active", attribute(body, "active"));
  } catch {
    return false;
  }
}

/** The attribute that a path leads to, in lower case: without the schema's name, a filter or `.value`. @see RFC 7644 §3.10 */
function attributeOfPath(path: string): string {
  const lower = path.toLowerCase();
  const prefix = `${USER_SCHEMA.toLowerCase()}:`;
  const own = lower.startsWith(prefix) ? lower.slice(prefix.length) : lower;
  return /^roles(?:\[[^\]]*\])?(?:\.value)?$/.test(own) ? "roles" : own;
}

function removed(path: string): PersonFacts {
  const name = attributeOfPath(path);
  if (name === "displayname" || name === "name" || name === "name.formatted") return { name: null };
  if (!READERS.has(name)) return {};
  throw new ScimError("invalidValue", "`userName`, `externalId`, `active` and `roles` cannot be removed.");
}

function set(path: string, value: unknown): PersonFacts {
  return READERS.get(attributeOfPath(path))?.(value) ?? {};
}

/** Sets each attribute of a value that comes without a path; a name may itself be a path. */
function setAll(value: unknown): PersonFacts {
  if (!isObject(value))
    throw new ScimError("invalidSyntax", "An operation without `path` has an object as `value`.");
  return Object.entries(value).reduce<PersonFacts>(
    (facts, [path, one]) => ({ ...facts, ...set(path, one) }),
    {},
  );
}

function operation(given: unknown): PersonFacts {
  if (!isObject(given)) throw new ScimError("invalidSyntax", "An operation is an object.");
  const op = attribute(given, "op");
  const path = attribute(given, "path");
  const kind = typeof op === "string" ? op.toLowerCase() : "";
  if (path !== undefined && typeof path !== "string")
    throw new ScimError("invalidSyntax", "`path` is a text.");
  if (kind === "remove" && path !== undefined) return removed(path);
  if (kind !== "add" && kind !== "replace") {
    throw new ScimError("invalidSyntax", "`op` is add, replace, or remove with a `path`.");
  }
  const value = attribute(given, "value");
  return path === undefined ? setAll(value) : set(path, value);
}

/**
 * Reads the body of a PATCH. A path that leads to nothing that the gateway keeps is passed over: an error there would keep
 * the rest of the patch, which may be a deactivation, from being done. @see RFC 7644 §3.5.2
 */
export function readPatch(body: unknown): PersonFacts {
  const operations = attribute(checkSchema(body, PATCH_SCHEMA), "Operations");
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > MOST_OPERATIONS) {
    throw new ScimError(
      "invalidSyntax",
      `\`Operations\` is a list of 1 to ${String(MOST_OPERATIONS)} operations.`,
    );
  }
  let facts: PersonFacts = {};
  let fault: Error | undefined;
  for (const one of operations) {
    try {
      facts = { ...facts, ...operation(one) };
    } catch (error) {
      fault ??= error instanceof Error ? error : new Error("the operation could not be read");
    }
  }
  if (fault === undefined) return facts;
  // What is wrong elsewhere keeps nobody in.
  if (facts.active === false) return { active: false };
  throw fault;
}

const FILTER = /^\s*(userName|externalId)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i;

/** Reads `userName eq "…"` and `externalId eq "…"`; nothing else is understood. @see RFC 7644 §3.4.2.2 */
export function readFilter(filter: unknown): PersonFilter {
  if (filter === undefined) return null;
  const [, name, quoted] = (typeof filter === "string" ? FILTER.exec(filter) : null) ?? [];
  if (name === undefined || quoted === undefined) {
    throw new ScimError("invalidFilter", 'A filter is `userName eq "…"` or `externalId eq "…"`.');
  }
  const value = unquoted(quoted);
  return name.toLowerCase() === "username" ? { email: value } : { externalId: value };
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    throw new ScimError("invalidFilter", "The value of a filter is a JSON string.");
  }
}

/** A person as a SCIM user. `externalId` is not told: it is kept as a keyed hash only. */
export function asUser({ id, email, name, role, active, createdAt }: Person) {
  return {
    schemas: [USER_SCHEMA],
    id,
    // A person of the identity provider whose address it did not tell.
    userName: email ?? id,
    ...(name === null ? {} : { displayName: name, name: { formatted: name } }),
    active,
    roles: [{ value: role, primary: true }],
    meta: { resourceType: "User", created: createdAt.toISOString(), location: `/scim/v2/Users/${id}` },
  };
}

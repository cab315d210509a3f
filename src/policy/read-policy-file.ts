import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { closestName } from "../domain/closest-name";
import { StartupError } from "../domain/errors";
import { issueText } from "./issue-text";

/** The bytes of a policy file. */
export interface PolicyText {
  readonly path: string;
  readonly text: string;
}

/** What a policy file says, and where it says it. */
export interface PolicyFile<T> {
  readonly content: T;
  /** A fault of this file, at the line of a place in it. */
  fault(where: readonly PropertyKey[], what: string): StartupError;
}

/** A part of a JSON Schema, as far as a suggestion looks at it. */
interface SchemaPart {
  readonly enum?: readonly unknown[];
  /** Of a key that is known but may not be given. */
  readonly not?: unknown;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly propertyNames?: SchemaPart;
  readonly additionalProperties?: SchemaPart | boolean;
  readonly items?: SchemaPart;
}

type Issue = z.core.$ZodIssue;

/** " Did you mean contact?", or nothing where no name is near. */
export function suggestion(mistyped: unknown, names: readonly string[]): string {
  const closest = typeof mistyped === "string" ? closestName(mistyped, names) : null;
  return closest === null ? "" : ` Did you mean ${closest}?`;
}

function stepInto(part: SchemaPart | undefined, step: PropertyKey): SchemaPart | undefined {
  if (typeof step === "number") return part?.items;
  const { properties = {}, additionalProperties } = part ?? {};
  if (Object.hasOwn(properties, String(step))) return properties[String(step)];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** What may stand at a place of a file: the keys of a mapping, or the words of a choice. */
function namesAt(schema: z.ZodType, where: readonly PropertyKey[]): readonly string[] {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as SchemaPart;
  const part = where.reduce<SchemaPart | undefined>(stepInto, root);
  const properties = Object.entries(part?.properties ?? {}).filter(([, { not }]) => not === undefined);
  return (part?.enum ?? part?.propertyNames?.enum ?? properties.map(([key]) => key)).map(String);
}

/** Where the key of a mapping stands; of what is missing, where the nearest thing around it stands. */
function offsetOf(document: Document, where: readonly PropertyKey[]): number {
  const around = where.map((_step, i) => where.slice(0, where.length - i));
  for (const place of around) {
    const parent: unknown = document.getIn(place.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(place.at(-1)))
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(place, true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}

/** The faults that a schema's issue stands for: one for each key where keys are not known. */
function explained(issue: Issue, schema: z.ZodType, document: Document): [readonly PropertyKey[], string][] {
  if (issue.code === "unrecognized_keys") {
    const known = namesAt(schema, issue.path);
    const expected = known.length === 0 ? "" : ` (${known.join(", ")})`;
    return issue.keys.map((key) => [
      [...issue.path, key],
      `is not known here${expected}.${suggestion(key, known)}`,
    ]);
  }
  const given: unknown = document.getIn(issue.path);
  const text = issueText(issue, given);
  return [[issue.path, `${text}.${suggestion(given, namesAt(schema, issue.path))}`]];
}

/**
 * Reads one policy file.
 *
 * @throws StartupError that names, for every fault, the file, the line and what is wrong there
 */
export function readPolicyFile<T>({ path, text }: PolicyText, schema: z.ZodType<T>): PolicyFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    throw new StartupError(`${path}:${String(lines.linePos(syntax.pos[0]).line)}: ${syntax.message}`);
  }
  const textOf = (where: readonly PropertyKey[], what: string): string =>
    `${path}:${String(lines.linePos(offsetOf(document, where)).line)}: ${[where.map(String).join(".") || "it", what].join(" ")}`;
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const faults = parsed.error.issues.flatMap((issue) => explained(issue, schema, document));
    throw new StartupError(faults.map(([where, what]) => textOf(where, what)).join("\n"));
  }
  return { content: parsed.data, fault: (where, what) => new StartupError(textOf(where, what)) };
}

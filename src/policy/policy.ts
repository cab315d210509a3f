import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { CATEGORIES, levelOf, type Category, type Level } from "../domain/category";
import { StartupError } from "../domain/errors";
import { LegalBasis } from "../domain/vocabulary";

/** What a principal is given in each category; what is not named is HIDDEN. */
export type Levels = Readonly<Partial<Record<Category, Level>>>;

/** What can be changed through the gateway. */
export const RECORDS = ["customers", "messages", "consents"] as const;

/** @see RECORDS */
export type Records = (typeof RECORDS)[number];

/** A role of `policy/roles.yaml`. */
export interface Role {
  readonly levels: Levels;
  readonly elevate: readonly Category[];
  readonly lookup: readonly Category[];
  readonly purposes: readonly string[];
  readonly writes: readonly Records[];
  /** Whether a restricted customer is not masked for this role (GDPR Art. 18(2)). */
  readonly restricted: boolean;
}

/** A purpose of `policy/purposes.yaml`. */
export interface Purpose {
  readonly basis: LegalBasis;
  readonly levels: Levels;
  /** The place of the consent to this purpose in a customer's bitmask; a purpose whose basis is consent has one. */
  readonly bit: number | undefined;
}

/** The reviewed policy, as the server runs it. */
export interface Policy {
  readonly roles: ReadonlyMap<string, Role>;
  readonly purposes: ReadonlyMap<string, Purpose>;
}

const category = z.enum(CATEGORIES);
const level = z.string().transform((name, context) => {
  const found = levelOf(name);
  if (found !== undefined) return found;
  context.addIssue({ code: "custom", message: "must be TOKEN, MASKED or CLEAR" });
  return z.NEVER;
});
const levels = z.partialRecord(category, level);

const roles = z.record(
  z.string(),
  z.strictObject({
    levels,
    elevate: z.array(category).default([]),
    lookup: z.array(category).default([]),
    purposes: z.array(z.string()).min(1),
    writes: z.array(z.enum(RECORDS)).default([]),
    restricted: z.boolean().default(false),
  }),
);

const purposes = z.record(
  z.string(),
  z
    .strictObject({
      basis: z.enum(LegalBasis),
      bit: z.int().min(0).max(30).optional(),
      levels,
    })
    .refine((purpose) => purpose.basis !== "CONSENT" || purpose.bit !== undefined, {
      message: "a purpose whose basis is CONSENT needs a `bit`",
    }),
);

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new StartupError(
      `${path} cannot be read. Set FIELDWARD_POLICY_DIR to the directory that holds it.`,
      {
        cause,
      },
    );
  }
}

/** The line of a place in a document; of what is missing, that of the nearest thing around it that is there. */
function lineOf(document: Document, lines: LineCounter, where: readonly string[]): number {
  const around = where.map((_step, i) => document.getIn(where.slice(0, where.length - i), true));
  const node = around.find((candidate) => candidate !== undefined);
  const start = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  return lines.linePos(start).line;
}

/** Reads one policy file. Every fault names the file, the line and what is wrong there. */
function readPolicyFile<T>(path: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(textOf(path), { lineCounter: lines });
  const [fault] = document.errors;
  if (fault !== undefined) {
    throw new StartupError(`${path}:${String(lines.linePos(fault.pos[0]).line)}: ${fault.message}`);
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String) ?? [];
  const what = `${where.join(".")} ${issue?.message ?? "is not valid"}`;
  throw new StartupError(`${path}:${String(lineOf(document, lines, where))}: ${what}`);
}

function checkReferences(policy: Policy, dir: string): void {
  for (const [name, role] of policy.roles) {
    const unknown = role.purposes.find((purpose) => !policy.purposes.has(purpose));
    if (unknown !== undefined) {
      throw new StartupError(
        `${join(dir, "roles.yaml")}: ${name}.purposes names "${unknown}", which purposes.yaml does not have (${[...policy.purposes.keys()].join(", ")}).`,
      );
    }
  }
  const bits = [...policy.purposes.values()].flatMap(({ bit }) => (bit === undefined ? [] : [bit]));
  if (new Set(bits).size !== bits.length) {
    throw new StartupError(`${join(dir, "purposes.yaml")}: two purposes share a bit. Give each its own.`);
  }
}

/** @throws StartupError with file, line and mend where a policy file is wrong. */
export function loadPolicy(dir: string): Policy {
  const policy: Policy = {
    roles: new Map(Object.entries(readPolicyFile(join(dir, "roles.yaml"), roles))),
    purposes: new Map(
      Object.entries(readPolicyFile(join(dir, "purposes.yaml"), purposes)).map(([name, purpose]) => [
        name,
        { basis: purpose.basis, levels: purpose.levels, bit: purpose.bit },
      ]),
    ),
  };
  checkReferences(policy, dir);
  return policy;
}

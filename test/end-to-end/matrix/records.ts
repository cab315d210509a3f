import { Level, levelName, levelOf, lowest } from "../../../src/domain/category";
import { auditBytes } from "../../graphql/past-the-gateway";
import type { Answer, TestGateway } from "../../support/gateway";

interface Entry {
  readonly actor?: string;
  readonly purpose?: string;
  readonly operation?: string;
  readonly reads?: readonly {
    readonly type: string;
    readonly fields: Readonly<Record<string, string>>;
    readonly subjects: readonly string[];
  }[];
}

/** The access log: the level of each field that was read, by who read it, for what, in which operation, and of whom. */
export async function loggedLevels(gateway: TestGateway): Promise<Map<string, ReadonlyMap<string, string>>> {
  const levels = new Map<string, Map<string, string>>();
  for (const bytes of await auditBytes(gateway)) {
    const { actor = "", purpose = "", operation = "", reads = [] } = JSON.parse(bytes) as Entry;
    for (const { type, fields, subjects } of reads) {
      for (const subject of subjects) {
        const key = loggedKey({ actor, purpose, operation, subject });
        const known = levels.get(key) ?? new Map<string, string>();
        for (const [field, level] of Object.entries(fields)) known.set(`${type}.${field}`, level);
        levels.set(key, known);
      }
    }
  }
  return levels;
}

/** Under which an operation's reads of a customer stand in the log. */
export function loggedKey(of: {
  actor: string;
  purpose: string;
  operation: string;
  subject: string;
}): string {
  return [of.actor, of.purpose, of.operation, of.subject].join(" ");
}

/** What the answer itself says of a field in `extensions.access`: the lowest it names; CLEAR where it names none. */
export function toldLevel({ extensions }: Answer, field: string): string {
  const notes: unknown = extensions?.["access"];
  const levels = (Array.isArray(notes) ? (notes as unknown[]) : []).flatMap((note) =>
    typeof note === "object" && note !== null && Reflect.get(note, "field") === field
      ? [levelOf(String(Reflect.get(note, "level"))) ?? Level.HIDDEN]
      : [],
  );
  return levelName(lowest(...levels));
}

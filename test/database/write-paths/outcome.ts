import { isDeepStrictEqual } from "node:util";
import { TypeORMError } from "typeorm";
import { faultCode, isCheckViolation } from "../../../src/database/faults";
import { UnsealedWriteError } from "../../../src/database/guarded-entity-manager";
import { personalFieldsOf } from "../../../src/domain/classified";
import { FieldwardError } from "../../../src/domain/errors";
import type { StoredRow } from "../customers";
import { MARKER, type Given, type WritePath } from "./given";
import type { Row } from "./specimens";

/** What a row shows in its sealed text: its own value, the plaintext that was to be written, nothing, or an error. */
type Shown = "its own" | "the plaintext" | "nothing" | "no key opens it" | "another's" | "no row";

/** The rows of a path after it, by what they are to it. */
type After = Readonly<Record<"stored" | "other" | "fresh", Row | null>>;

/** The texts that the rows of a path have before it. */
export const OWN_TEXTS = { stored: "Amira Novak", other: "Bela Novak", fresh: "Cleo Novak" } as const;

/** What is said of an envelope that was moved; ERASED where it went to a customer that has no key. */
const CLOSED: readonly string[] = ["FIELD_TAMPERED", "ERASED"];

const BY_SUBSCRIBER = /insert instances of|needs its subject before it can be sealed/;

function refusal(error: unknown): string {
  if (error instanceof UnsealedWriteError) return "refused by the manager";
  if (isCheckViolation(error)) return "refused by the database";
  if (faultCode(error) !== "UNKNOWN") return `failed with ${faultCode(error)}`;
  if (error instanceof TypeORMError) return "refused by TypeORM";
  const said = String(error);
  return BY_SUBSCRIBER.test(said) ? "refused by the subscriber" : said;
}

function shown(row: Row | null, own: string, property: string): Shown {
  if (row === null) return "no row";
  try {
    const text: unknown = row[property];
    if (text === null) return "nothing";
    if (text === MARKER) return "the plaintext";
    return text === own ? "its own" : "another's";
  } catch (error) {
    if (error instanceof FieldwardError && CLOSED.includes(error.code)) return "no key opens it";
    throw error;
  }
}

/** Whether every value of the row opens, and those that were to be written are what they were to be. */
function isWhole({ entity, marked }: Given, row: Row): boolean {
  const values = personalFieldsOf(entity.name).map(({ sealed: { property } }) => {
    const value: unknown = row[property];
    return marked[property] === undefined || value === marked[property];
  });
  return values.every(Boolean);
}

function written(given: Given, after: After): string {
  const { text } = given.specimen;
  const rows = (["stored", "other", "fresh"] as const).map((name) => ({
    row: after[name],
    shows: shown(after[name], OWN_TEXTS[name], text),
  }));
  const all = new Set(rows.map(({ shows }) => shows));
  const only = (...allowed: readonly Shown[]): boolean => [...all].every((one) => allowed.includes(one));
  if (all.has("no key opens it") && only("no key opens it", "its own", "no row")) return "opens nowhere else";
  const sealed = rows.flatMap(({ row, shows }) => (row !== null && shows === "the plaintext" ? [row] : []));
  if (
    sealed.length > 0 &&
    only("the plaintext", "its own", "no row") &&
    sealed.every((row) => isWhole(given, row))
  )
    return "sealed";
  if (after.fresh !== null && only("nothing", "its own")) return "loses the value";
  if (after.stored === null && after.fresh === null) return "takes the row away";
  return `leaves rows that show ${[...all].join(", ")}`;
}

/** Goes a path and tells what came of it. */
export async function outcomeOf(
  given: Given,
  write: WritePath[2],
  storedColumns: () => Promise<readonly StoredRow[]>,
): Promise<string> {
  const { manager, entity, where, otherColumns } = given;
  // A path may change the row that it is given, the id too.
  const freshId = given.fresh.id;
  const before = await storedColumns();
  let failure: unknown;
  try {
    await write(given);
  } catch (error) {
    failure = error;
  }
  const changed = !isDeepStrictEqual(await storedColumns(), before);
  if (failure !== undefined) return changed ? "failed, and wrote something" : refusal(failure);
  if (!changed) return "writes nothing";
  const load = (id: string): Promise<Row | null> => manager.findOneBy(entity, { id });
  return written(given, {
    stored: await load(where.id),
    other: await load(String(otherColumns["id"])),
    fresh: await load(freshId),
  });
}

import { Level, type Category } from "../../domain/category";
import { FieldwardError } from "../../domain/errors";
import type { Standing } from "../../policy/decide";

/** Filtering tells as much as reading: a value is confirmed by the rows that come back. */
type FilterRight = { readonly lookup: Category } | { readonly sees: Category };

/** The right that each filter field asks for. One that is not here is refused to everyone. */
const FILTERS: Readonly<Record<string, FilterRight>> = {
  "CustomerFilter.phone": { lookup: "contact" },
  "CustomerFilter.email": { lookup: "contact" },
  "CustomerFilter.externalRef": { sees: "account" },
  "CustomerFilter.status": { sees: "account" },
  "CustomerFilter.country": { sees: "account" },
  "CustomerFilter.createdAfter": { sees: "account" },
  "CustomerFilter.createdBefore": { sees: "account" },
  "MessageFilter.customerId": { sees: "account" },
  "MessageFilter.direction": { sees: "traffic" },
  "MessageFilter.status": { sees: "traffic" },
  "MessageFilter.senderId": { sees: "traffic" },
  "MessageFilter.sentAfter": { sees: "traffic" },
  "MessageFilter.sentBefore": { sees: "traffic" },
  "ConsentFilter.purpose": { sees: "consent" },
};

/** The filter fields that are known. */
export const FILTER_FIELDS: readonly string[] = Object.keys(FILTERS);

const FILTER_TYPES: ReadonlySet<string> = new Set(FILTER_FIELDS.map((field) => field.split(".")[0] ?? ""));

/** The right that a filter field asks for; undefined: there is no such field. */
export function filterRight(coordinate: string): FilterRight | undefined {
  return FILTERS[coordinate];
}

/** Whether an input type is a filter, whose fields have rules of their own. */
export function isFilter(type: string): boolean {
  return FILTER_TYPES.has(type);
}

/** Whether a filter field, `CustomerFilter.phone`, may be used. */
export function permitFilter(standing: Standing, coordinate: string): boolean {
  const right = FILTERS[coordinate];
  if (right === undefined) return false;
  return "lookup" in right
    ? standing.lookup.has(right.lookup)
    : standing.decisions[right.sees].level >= Level.MASKED;
}

/**
 * What a filter filters by, as coordinates.
 *
 * @throws FieldwardError FIELD_NOT_FILTERABLE that names the first field that may not be filtered by
 */
export function checkFilter(standing: Standing, type: string, filter: object): readonly string[] {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== null);
  for (const [field] of given) {
    if (permitFilter(standing, `${type}.${field}`)) continue;
    throw new FieldwardError("FIELD_NOT_FILTERABLE", `It was ${field}.`);
  }
  return given.map(([field]) => `${type}.${field}`);
}

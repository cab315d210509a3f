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

/** The filter fields that are known, for the test that holds them equal to the schema. */
export const FILTER_FIELDS: readonly string[] = Object.keys(FILTERS);

/** @throws FieldwardError FIELD_NOT_FILTERABLE that names the first field that may not be filtered by */
export function checkFilter(standing: Standing, type: string, filter: object): void {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== null);
  for (const [field] of given) {
    const right = FILTERS[`${type}.${field}`];
    const allowed =
      right !== undefined &&
      ("lookup" in right
        ? standing.lookup.has(right.lookup)
        : standing.decisions[right.sees].level >= Level.MASKED);
    if (!allowed) throw new FieldwardError("FIELD_NOT_FILTERABLE", `It was ${field}.`);
  }
}

import { CATEGORIES, Level, levelName, type Category } from "../domain/category";
import type { Principal } from "../domain/principal";
import { explanationOf } from "../policy/explanation";
import type { SubjectState } from "../policy/gate";
import type { Policy } from "../policy/policy";
import type { PolicyTable, TablePrincipal } from "../policy/tests-file";
import { principalOf, standingOf } from "./policy-audiences";
import { customerCap } from "../access/customer-cap";
import { levelFor, servedLevel, type PolicyField } from "./policy-fields";

/** A cell of a table that is not what the policy gives. */
export interface FailedCell {
  readonly table: number;
  /** The category, field or operation. */
  readonly of: string;
  readonly who: string;
  readonly expected: string;
  readonly got: string;
  /** The rule that decided. */
  readonly because: string;
}

/** What one cell comes to. */
interface Cell {
  readonly got: string;
  readonly because: string;
}

/** Everything that the cells of one row of a table share. */
interface Row {
  readonly policy: Policy;
  readonly principal: Principal;
  readonly purpose: string | null;
  readonly subject: SubjectState | undefined;
  readonly elevated: readonly Category[];
}

/** Tables are about no day in particular: neither training nor consent runs out in them. */
const NOW = new Date(0);

const TENANT = "its tenant";

/** The principal of a table's name; a partner belongs to one tenant. */
function principalIn(policy: Policy, given: TablePrincipal): Principal {
  const { role, set, scopes, purposes, trained } = given;
  if (role !== undefined) return principalOf({ role, trained });
  const named =
    set === undefined ? { scopes: scopes ?? [], purposes: purposes ?? [] } : policy.scopeSets.get(set);
  return { ...principalOf(named ?? {}), tenantId: TENANT };
}

function stateIn(policy: Policy, customer: PolicyTable["customer"]): SubjectState | undefined {
  if (customer === undefined) return undefined;
  const bits = customer.consents.map((purpose) => 2 ** (policy.purposes.get(purpose)?.bit ?? 0));
  return {
    tenantId: customer.otherTenant ? "another tenant" : TENANT,
    status: customer.status,
    consentBits: bits.reduce((mask, bit) => mask | bit, 0),
    consentExpiry: null,
  };
}

function explained({ policy, principal, purpose, subject, elevated }: Row, category: Category) {
  const order = { principal, purpose, category, now: NOW };
  if (subject === undefined) return explanationOf(policy, order);
  const customer = customerCap(standingOf(policy, principal, purpose), subject, category, NOW.getTime());
  return explanationOf(policy, { ...order, customer, isElevated: elevated.includes(category) });
}

function categoryCell(row: Row, category: Category): Cell {
  const { level, because } = explained(row, category);
  return { got: levelName(level), because };
}

function fieldCell(row: Row, field: PolicyField): Cell {
  if (field.category !== null) {
    const found = explained(row, field.category);
    return { got: levelName(servedLevel(field, found)), because: found.because };
  }
  const level = levelFor(field, row.principal, standingOf(row.policy, row.principal, row.purpose));
  if (field.form === "structure") return { got: levelName(level), because: "it is structure" };
  return { got: level === Level.CLEAR ? "may" : "may not", because: `the rule of ${field.coordinate}` };
}

/** What a table expects, cell by cell: `rest` is every category that is not named. */
function expectations({ expect, rest }: PolicyTable): readonly (readonly [string, string])[] {
  const others = rest === undefined ? [] : CATEGORIES.filter((category) => expect[category] === undefined);
  return [...Object.entries(expect), ...others.map((category) => [category, rest ?? ""] as const)];
}

/** Looks tables up in a policy: how many cells they have, and which are not so. */
export class PolicyTables {
  constructor(
    private readonly policy: Policy,
    private readonly fields: ReadonlyMap<string, PolicyField>,
    private readonly principals: Readonly<Record<string, TablePrincipal>>,
  ) {}

  /** The cells of a table: what each is, and what it should be. */
  check(
    table: PolicyTable,
    place: number,
  ): { readonly cells: number; readonly failed: readonly FailedCell[] } {
    const expected = expectations(table);
    const rows = this.#rows(table);
    const failed = rows.flatMap(([who, row]) =>
      expected.flatMap(([of, wanted]) => {
        const { got, because } = this.#cell(row, of);
        return got === wanted ? [] : [{ table: place, of, who, expected: wanted, got, because }];
      }),
    );
    return { cells: rows.length * expected.length, failed };
  }

  #cell(row: Row, of: string): Cell {
    const category = CATEGORIES.find((name) => name === of);
    if (category !== undefined) return categoryCell(row, category);
    const field = this.fields.get(of);
    return field === undefined
      ? { got: "nothing", because: "there is no such field" }
      : fieldCell(row, field);
  }

  /** A row for each principal and purpose that a table names. */
  #rows({ principal, purpose, customer, elevated }: PolicyTable): readonly (readonly [string, Row])[] {
    const purposes: readonly (string | null)[] = purpose ?? [null];
    const subject = stateIn(this.policy, customer);
    return principal.flatMap((name) =>
      purposes.map((why) => {
        const given = principalIn(this.policy, this.principals[name] ?? { trained: false });
        const row = { policy: this.policy, principal: given, purpose: why, subject, elevated };
        return [`${name} ${why === null ? "without a purpose" : `for ${why}`}`, row] as const;
      }),
    );
  }
}

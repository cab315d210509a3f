import { gateRaisedBy, gateReason, setGate } from "../access/row-gate";
import type { AccessDenial, AccessRead } from "../audit/access-entry";
import { Level, levelName, type Category } from "../domain/category";
import type { ErrorCode } from "../domain/errors";
import type { Principal } from "../domain/principal";
import type { Standing } from "../policy/decide";
import { BEYOND_BUDGET, gateOf, type Gate, type SubjectState } from "../policy/gate";
import type { GatewayContext } from "./context";
import { checkFilter } from "./rules/filter-rules";
import type { AccessNote, FieldPlan, ObjectPlan, OperationPlan, RowsPlan } from "./plan/operation-plan";
import { fieldsOfRows, isLiftedField, servedField, servedLevels } from "./served-levels";

/** What the answer says of a field that is served below CLEAR. */
export interface AccessExtension {
  readonly field: string;
  readonly level: string;
  readonly because: string;
  readonly toRaise: string | null;
}

/** A row about a customer: a customer itself, or a row that names one. */
interface CustomerRow {
  readonly id: string;
  readonly customerId?: string;
}

interface ReadGroup {
  readonly rows: RowsPlan;
  readonly gate: Gate;
  readonly subjects: Map<string, number>;
}

/**
 * One operation while it is answered: what is read of whom, at which level, and what is to be said about it.
 *
 * Rows are admitted as soon as they are loaded and before anything of them is opened: each gets its gate, and goes on
 * record.
 */
export class Operation {
  readonly #groups = new Map<RowsPlan, Map<Gate, ReadGroup>>();
  readonly #rowNotes = new Map<string, AccessNote>();
  readonly #rowDenials = new Map<string, AccessDenial>();
  readonly #filters = new Set<string>();
  /** Fields of which a row was read that no elevation lifts, though one lifts others. */
  readonly #unlifted = new Set<string>();
  readonly #liftedGates = new Map<string, Gate>();

  constructor(
    readonly plan: OperationPlan,
    readonly variables: Record<string, unknown>,
    readonly context: GatewayContext,
  ) {}

  get principal(): Principal | null {
    return this.context.principal;
  }

  get standing(): Standing {
    return this.context.standing;
  }

  get lifts(): ReadonlySet<Category> {
    return this.context.lifts;
  }

  /** The plan of the field at a place of the answer. */
  fieldAt(path: string): FieldPlan {
    const field = this.plan.byPath.get(path);
    if (field === undefined) throw new Error(`${path} is not in the plan`);
    return field;
  }

  /**
   * Lets loaded rows in: asks the gate of each once and records what is read of whom. A row of another tenant is left
   * out, although the SQL did not ask for any.
   *
   * @throws FieldwardError DATABASE_UNAVAILABLE where the disclosure budget cannot be asked
   */
  async admit<T extends CustomerRow>(
    plan: RowsPlan,
    rows: readonly T[],
    stateOf: (row: T) => SubjectState,
  ): Promise<T[]> {
    const gates = rows.map((row) => this.#gateOf(row, stateOf(row)));
    const beyond = await this.#beyondBudget(plan, rows, gates);
    const groups = this.#groupsOf(plan);
    return rows.filter((row, i) => {
      const id = subjectOf(row);
      const own = gates[i];
      if (own === undefined || own.reason === "TENANT") return false;
      const gate = own.cap === Level.CLEAR && beyond?.has(id) === true ? BEYOND_BUDGET : own;
      setGate(row, gate);
      const { subjects } = this.#groupOf(groups, plan, gate);
      subjects.set(id, (subjects.get(id) ?? 0) + 1);
      return true;
    });
  }

  /** Notes that something was refused, once for each field and code. */
  deny(field: string, code: ErrorCode): void {
    this.#rowDenials.set(`${field}:${code}`, { field, code });
  }

  /**
   * Notes that what a place of the answer loads was refused or could not be had. What is refused of a row was noted when it
   * was let in; what then cannot be opened is a fault, and the log has the read of it.
   */
  denyAt(path: readonly (string | number)[] | undefined, code: ErrorCode): void {
    const names = (path ?? []).filter((key) => typeof key === "string");
    const field = this.plan.byPath.get(names.join("."));
    if (field !== undefined && isLoaded(field)) this.deny(field.coordinate, code);
  }

  /**
   * Asks whether a list may be filtered so, and notes by what, whether or not anything is found.
   *
   * @throws FieldwardError FIELD_NOT_FILTERABLE
   */
  filterBy(type: string, filter: object): void {
    for (const coordinate of checkFilter(this.standing, type, filter)) this.#filters.add(coordinate);
  }

  /** What was filtered by, for the access log. */
  filters(): readonly string[] {
    return [...this.#filters];
  }

  /** What was read, for the access log. */
  reads(): readonly AccessRead[] {
    return [...this.#groups.values()].flatMap((byGate) =>
      [...byGate.values()].map(({ rows, gate, subjects }) => ({
        type: rows.type,
        ...(gate.lift === undefined ? {} : { elevations: gate.lift.elevations }),
        fields:
          gate.cap === Level.CLEAR && gate.lift === undefined
            ? rows.fields
            : servedLevels(fieldsOfRows(this.plan, rows), gate),
        subjects,
      })),
    );
  }

  /** What was refused, for the access log. */
  denials(): readonly AccessDenial[] {
    for (const { field, code } of this.plan.denials) this.deny(field.coordinate, code);
    return [...this.#rowDenials.values()];
  }

  /** `extensions.access`: everything served below CLEAR, once for each field, level and reason. */
  accessExtension(): readonly AccessExtension[] {
    const notes = this.plan.notes.filter(
      ({ field, unlifted }) => unlifted === undefined || this.#unlifted.has(field),
    );
    return [...notes, ...this.#rowNotes.values()]
      .map(({ field, level, because, toRaise }) => ({ field, level: levelName(level), because, toRaise }))
      .sort(
        (a, b) => compare(a.field, b.field) || compare(a.level, b.level) || compare(a.because, b.because),
      );
  }

  /** The gate of a row's customer; with what elevations lift, unless the customer's state hides all anyway. */
  #gateOf(row: CustomerRow, state: SubjectState): Gate {
    const { standing, nowMs, liftOf } = this.context;
    const gate = gateOf(standing, state, nowMs);
    const lift = liftOf.size === 0 || gate.cap === Level.HIDDEN ? undefined : liftOf.get(subjectOf(row));
    if (lift === undefined) return gate;
    const key = `${subjectOf(row)}:${String(gate.cap)}`;
    let lifted = this.#liftedGates.get(key);
    if (lifted === undefined) {
      lifted = { ...gate, lift };
      this.#liftedGates.set(key, lifted);
    }
    return lifted;
  }

  /** The customers whom the budget of this hour does not reach. An approved elevation is no matter of the budget. */
  async #beyondBudget(
    plan: RowsPlan,
    rows: readonly CustomerRow[],
    gates: readonly Gate[],
  ): Promise<ReadonlySet<string> | null> {
    const { standing, principal, nowMs, services } = this.context;
    if (!plan.discloses || standing.budget === null || principal === null) return null;
    const ids = rows.flatMap((row, i) =>
      gates[i]?.cap === Level.CLEAR && gates[i].lift === undefined ? [subjectOf(row)] : [],
    );
    if (ids.length === 0) return null;
    return services.budget.beyond(principal.id, standing.budget, [...new Set(ids)], nowMs);
  }

  #groupsOf(plan: RowsPlan): Map<Gate, ReadGroup> {
    let groups = this.#groups.get(plan);
    if (groups === undefined) {
      groups = new Map();
      this.#groups.set(plan, groups);
    }
    return groups;
  }

  /** Gates are few constants, so rows group by the gate itself. */
  #groupOf(groups: Map<Gate, ReadGroup>, plan: RowsPlan, gate: Gate): ReadGroup {
    let group = groups.get(gate);
    if (group === undefined) {
      group = { rows: plan, gate, subjects: new Map() };
      groups.set(gate, group);
      if (gate.cap !== Level.CLEAR || this.lifts.size > 0) this.#noteGate(plan, gate);
    }
    return group;
  }

  /** Notes what is lowered and refused of the rows behind a gate, for the answer and for the log. */
  #noteGate(plan: RowsPlan, gate: Gate): void {
    for (const field of fieldsOfRows(this.plan, plan)) {
      const { coordinate } = field;
      const { level, refusal, byGate } = servedField(field, gate);
      if (refusal !== null) this.deny(coordinate, refusal);
      if (!isLiftedField(field, gate)) this.#unlifted.add(coordinate);
      if (byGate) this.#noteRow(coordinate, level, gate);
    }
  }

  #noteRow(field: string, level: Level, { reason }: Gate): void {
    const note = { field, level, because: gateReason(reason), toRaise: gateRaisedBy(reason) };
    this.#rowNotes.set(`${field}:${String(level)}:${note.because}`, note);
  }
}

/** The customer that a row is about. */
function subjectOf(row: CustomerRow): string {
  return row.customerId ?? row.id;
}

/** Whether a field is loaded by itself: an operation, or a child of rows. */
function isLoaded({ kind, path }: FieldPlan): boolean {
  return kind === "child" || !path.includes(".");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The plan of what is selected below a field that has a selection. */
export function selectionOf(field: FieldPlan): ObjectPlan {
  if (field.sub === null) throw new Error(`${field.coordinate} has no selection`);
  return field.sub;
}

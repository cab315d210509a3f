import { gateReason, setGate } from "../access/row-gate";
import type { AccessDenial, AccessRead } from "../audit/access-entry";
import { Level, levelName, lowest } from "../domain/category";
import { classifiedField, type ClassifiedField } from "../domain/classified";
import type { ErrorCode } from "../domain/errors";
import type { Principal } from "../domain/principal";
import { gateOf, type Gate, type Standing, type SubjectState } from "../policy/decide";
import type { GatewayContext } from "./context";
import { plannedLevel } from "./plan/rows-plan";
import { isGated } from "./rules/field-rules";
import type { AccessNote, FieldPlan, ObjectPlan, OperationPlan, RowsPlan } from "./plan/operation-plan";

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

  /** The plan of the field at a place of the answer. */
  fieldAt(path: string): FieldPlan {
    const field = this.plan.byPath.get(path);
    if (field === undefined) throw new Error(`${path} is not in the plan`);
    return field;
  }

  /**
   * Lets loaded rows in: asks the gate of each once and records what is read of whom. A row of another tenant is left
   * out, although the SQL did not ask for any.
   */
  admit<T extends CustomerRow>(plan: RowsPlan, rows: readonly T[], stateOf: (row: T) => SubjectState): T[] {
    const { standing, nowMs } = this.context;
    const groups = this.#groupsOf(plan);
    return rows.filter((row) => {
      const gate = gateOf(standing, stateOf(row), nowMs);
      if (gate.reason === "TENANT") return false;
      setGate(row, gate);
      const { subjects } = this.#groupOf(groups, plan, gate);
      const id = row.customerId ?? row.id;
      subjects.set(id, (subjects.get(id) ?? 0) + 1);
      return true;
    });
  }

  /** Notes that something was refused, once for each field and code. */
  deny(field: string, code: ErrorCode): void {
    this.#rowDenials.set(`${field}:${code}`, { field, code });
  }

  /** Notes that a place of the answer was refused or could not be had. */
  denyAt(path: readonly (string | number)[] | undefined, code: ErrorCode): void {
    const names = (path ?? []).filter((key) => typeof key === "string");
    const field = this.plan.byPath.get(names.join("."));
    if (field !== undefined) this.deny(field.coordinate, code);
  }

  /** What was read, for the access log. */
  reads(): readonly AccessRead[] {
    return [...this.#groups.values()].flatMap((byGate) =>
      [...byGate.values()].map(({ rows, gate, subjects }) => ({
        type: rows.type,
        fields: gate.cap === Level.CLEAR ? rows.fields : cappedFields(rows, gate),
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
    return [...this.plan.notes, ...this.#rowNotes.values()]
      .map(({ field, level, because, toRaise }) => ({ field, level: levelName(level), because, toRaise }))
      .sort(
        (a, b) => compare(a.field, b.field) || compare(a.level, b.level) || compare(a.because, b.because),
      );
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
      if (gate.cap !== Level.CLEAR) this.#noteGate(plan, gate);
    }
    return group;
  }

  #noteGate(plan: RowsPlan, gate: Gate): void {
    for (const field of this.plan.byPath.values()) {
      if (field.classified?.owner !== plan.type || field.denial !== null) continue;
      const level = plannedLevel(field);
      if (levelThrough(gate, field.classified, level) === level) continue;
      const note = {
        field: field.coordinate,
        level: gate.cap,
        because: gateReason(gate.reason),
        toRaise: null,
      };
      this.#rowNotes.set(`${note.field}:${String(note.level)}:${note.because}`, note);
    }
  }
}

/** What the gate leaves of a planned level: it lowers personal fields, hides open ones, and leaves `account` alone. */
function levelThrough(gate: Gate, field: ClassifiedField, level: Level): Level {
  const lowered = isGated(field) && (field.form === "personal" || gate.cap === Level.HIDDEN);
  return lowered ? lowest(level, gate.cap) : level;
}

function cappedFields(rows: RowsPlan, gate: Gate): ReadonlyMap<string, Level> {
  return new Map(
    [...rows.fields].map(([name, level]) => {
      const field = classifiedField(rows.type, name);
      return [name, field === undefined ? level : levelThrough(gate, field, level)];
    }),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The plan of what is selected below a field that has a selection. */
export function selectionOf(field: FieldPlan): ObjectPlan {
  if (field.sub === null) throw new Error(`${field.coordinate} has no selection`);
  return field.sub;
}

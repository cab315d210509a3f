import { CATEGORIES, type Category } from "../../../src/domain/category";

/** The values of every column beside the purpose. */
export const AXES = {
  trained: ["yes", "no"],
  state: ["ACTIVE", "RESTRICTED", "ERASED"],
  consent: ["GRANTED", "WITHDRAWN", "EXPIRED", "NONE"],
  elevation: ["none", "contact", "content", "contact+content", "others"],
  budget: ["within", "beyond"],
} as const;

type Axes = typeof AXES;

/** @see AXES */
export type Axis = keyof Axes;

/** Their names. */
export const AXIS_NAMES = Object.keys(AXES) as Axis[];

/** One combination of everything that a level hangs on, but who asks and for what. */
export type Combination = { readonly [A in Axis]: Axes[A][number] };

const CELLS = ["C", "M", "T", "-", "P", "B"] as const;

/**
 * What is served of a category: CLEAR, MASKED, TOKEN or HIDDEN; P is HIDDEN for want of a purpose, B is MASKED for want of
 * budget.
 */
export type Cell = (typeof CELLS)[number];

/** Who asks: a role, or a set of scopes with the purposes of its token. */
export type Asker =
  | { readonly role: string }
  | { readonly set: string; readonly scopes: readonly string[]; readonly purposes: readonly string[] };

/** The purpose that is declared; null: none. */
export type Declared = string | null;

/** A line of a table: which combinations it speaks of, and what is served in them. */
export interface MatrixLine {
  /** The file and the number of the line in it. */
  readonly at: string;
  readonly asker: Asker;
  readonly declared: Declared;
  readonly values: { readonly [A in Axis]: readonly Axes[A][number][] };
  /** What is served by category, or the error with which the whole request is refused. */
  readonly expected: Readonly<Record<Category, Cell>> | string;
}

/** The name of who asks. */
export function nameOf(asker: Asker): string {
  return "role" in asker ? asker.role : asker.set;
}

/** The values of a column: `any` is all of them, `A|B` is two. */
function valuesOf<A extends Axis>(axis: A, text: string): readonly Axes[A][number][] {
  const all: readonly Axes[A][number][] = AXES[axis];
  if (text === "any") return all;
  return text.split("|").map((name) => {
    const value = all.find((known) => known === name);
    if (value === undefined) throw new Error(`${axis} is none of ${all.join(", ")}: ${name}`);
    return value;
  });
}

/** The values of all columns; a column that a table does not have is any. */
export function readValues(columns: Readonly<Record<string, string>>): MatrixLine["values"] {
  const of = <A extends Axis>(axis: A) => valuesOf(axis, columns[axis] ?? "any");
  return {
    trained: of("trained"),
    state: of("state"),
    consent: of("consent"),
    elevation: of("elevation"),
    budget: of("budget"),
  };
}

/** One letter, as it stands in a table. */
export function readCell(text: string | undefined): Cell {
  const cell = CELLS.find((known) => known === text);
  if (cell === undefined) throw new Error(`there is no such letter: ${String(text)}`);
  return cell;
}

/** One letter for each category, in their order, or the one word of an error. */
export function readCells(texts: readonly string[]): MatrixLine["expected"] {
  const [word = ""] = texts;
  if (texts.length === 1 && /^[A-Z_]{5,}$/.test(word)) return word;
  if (texts.length !== CATEGORIES.length)
    throw new Error(`${String(texts.length)} cells: ${texts.join(" ")}`);
  const cells = CATEGORIES.map((category, i) => [category, readCell(texts[i])]);
  return Object.fromEntries(cells) as Record<Category, Cell>;
}

/** Every combination that a line speaks of. */
export function combinations({ values }: Pick<MatrixLine, "values">): Combination[] {
  return AXIS_NAMES.reduce<Partial<Combination>[]>(
    (sofar, axis) => sofar.flatMap((known) => values[axis].map((value) => ({ ...known, [axis]: value }))),
    [{}],
  ) as Combination[];
}

/** How far each column moves on from line to line: by no divisor of its length, so that none stands still. */
const STEPS: Readonly<Record<Axis, number>> = {
  trained: 7,
  state: 11,
  consent: 13,
  elevation: 17,
  budget: 19,
};

/**
 * Some combinations of a line: as few as have every value of every column in one of them.
 *
 * @param turn with which values to begin, so that lines do not all pair the same ones
 */
export function samples({ values }: Pick<MatrixLine, "values">, turn: number): Combination[] {
  const most = Math.max(...AXIS_NAMES.map((axis) => values[axis].length));
  return Array.from({ length: most }, (_, i) => {
    const chosen = AXIS_NAMES.map((axis) => {
      const all = values[axis];
      return [axis, all[(i + turn * STEPS[axis]) % all.length]];
    });
    return Object.fromEntries(chosen) as Combination;
  });
}

/** A combination in words. */
export function inWords(combination: Combination): string {
  return AXIS_NAMES.map((axis) => `${axis} ${combination[axis]}`).join(", ");
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CATEGORIES, type Category } from "../../../src/domain/category";
import { readCell, readCells, readValues, type Asker, type Cell, type MatrixLine } from "./matrix-line";

/** A line of a file that is neither empty nor a comment. */
interface TextLine {
  readonly at: string;
  readonly words: readonly string[];
  /** What stands behind the bar. */
  readonly cells: readonly string[];
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

function linesOf(file: string): TextLine[] {
  const text = readFileSync(join(__dirname, file), "utf8");
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    // A bar with room on both sides: `A|B` is one word.
    const [left = "", right = ""] = line.split(/\s\|\s/);
    return [{ at: `${file}:${String(i + 1)}`, words: wordsOf(left), cells: wordsOf(right) }];
  });
}

function pairsOf(keys: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  if (keys.length !== values.length)
    throw new Error(`${values.join(" ")} has not the columns ${keys.join(" ")}`);
  return Object.fromEntries(keys.map((key, i) => [key, values[i] ?? ""]));
}

/** A name for a purpose that no policy has. */
export const UNKNOWN_PURPOSE = "holiday";

function declaredOf(word: string | undefined): string | null {
  if (word === "(none)") return null;
  return word === "(unknown)" ? UNKNOWN_PURPOSE : (word ?? "");
}

/** Reads a table with a column for each category. */
class TableReader {
  readonly lines: MatrixLine[] = [];
  #asker: Asker | null = null;
  #columns: readonly string[] = [];

  take({ at, words, cells }: TextLine): void {
    const [first = "", second = "", , ...rest] = words;
    if (first === "role") this.#asker = { role: second };
    else if (first === "set") this.#asker = { set: second, scopes: rest, purposes: [] };
    else if (first === "purposes" && this.#asker !== null)
      this.#asker = { ...this.#asker, purposes: words.slice(1) };
    else if (first === "purpose") this.#head(words, cells);
    else this.lines.push(this.#line(at, words, cells));
  }

  #head(words: readonly string[], cells: readonly string[]): void {
    if (cells.join() !== CATEGORIES.join()) throw new Error(`the categories are ${CATEGORIES.join(" ")}`);
    this.#columns = words;
  }

  #line(at: string, words: readonly string[], cells: readonly string[]): MatrixLine {
    if (this.#asker === null) throw new Error(`${at} says not who asks`);
    const columns = pairsOf(this.#columns, words);
    const { purpose } = columns;
    const values = readValues(columns);
    return { at, asker: this.#asker, declared: declaredOf(purpose), values, expected: readCells(cells) };
  }
}

function readTable(file: string): readonly MatrixLine[] {
  const reader = new TableReader();
  for (const line of linesOf(file)) reader.take(line);
  return reader.lines;
}

/** What the one scope gives: its cell in its own category, CLEAR in account, nothing in the others. */
function cellsOfScope(scope: string, cell: Cell): Readonly<Record<Category, Cell>> {
  const own = scope.split(":")[0];
  const cells = CATEGORIES.map((category) => {
    if (category === own) return [category, cell];
    return [category, category === "account" ? "C" : "-"];
  });
  return Object.fromEntries(cells) as Record<Category, Cell>;
}

function readGrids(file: string): readonly MatrixLine[] {
  const lines: MatrixLine[] = [];
  let values = readValues({});
  let purposes: readonly string[] = [];
  for (const { at, words, cells } of linesOf(file)) {
    const [first = "", ...rest] = words;
    if (first === "grid") {
      const names = rest.filter((_, i) => i % 2 === 0);
      const texts = rest.filter((_, i) => i % 2 === 1);
      values = readValues(pairsOf(names, texts));
    } else if (first === "scope") purposes = cells;
    else {
      const asker = { set: first, scopes: [first], purposes };
      for (const [declared, text] of Object.entries(pairsOf(purposes, cells))) {
        const cell = readCell(text);
        lines.push({ at: `${at} ${declared}`, asker, declared, values, expected: cellsOfScope(first, cell) });
      }
    }
  }
  return lines;
}

/** The roles that the matrix has a table of. */
export const MATRIX_ROLES = ["support", "billing", "analyst", "compliance", "security", "admin"] as const;

/** The table of a role. */
export function tableOfRole(role: string): readonly MatrixLine[] {
  return readTable(`${role}.txt`);
}

/** The table of each scope alone, a line a cell. */
export function tableOfScopes(): readonly MatrixLine[] {
  return readGrids("scopes.txt");
}

/** The table of sets of scopes. */
export function tableOfSets(): readonly MatrixLine[] {
  return readTable("scope-sets.txt");
}

import { cellWord, type Matrix, type MatrixCell, type MatrixRow } from "./policy-matrix";

const WIDEST_LINE = 120;
const GAP = "  ";

/** The parts of a heading, one below the other: `partner-` over `basic`. Long words are cut. */
function headingParts(name: string): readonly string[] {
  return name.split(/(?<=-)/).flatMap((part) => part.match(/.{1,12}/g) ?? []);
}

function shown(row: MatrixRow, cell: MatrixCell): string {
  const word = cellWord(row, cell);
  if (word === "HIDDEN" || word === "may not") return "-";
  return cell.elevated === null ? word : `${word}*`;
}

/** A column as lines of text: its heading, and its cells. */
interface TextColumn {
  readonly heading: readonly string[];
  readonly cells: readonly string[];
  readonly width: number;
}

function textColumns({ columns, rows }: Matrix): readonly TextColumn[] {
  return columns.map(({ name }, i) => {
    const heading = headingParts(name);
    const cells = rows.map((row) => {
      const cell = row.cells[i];
      return cell === undefined ? "" : shown(row, cell);
    });
    return { heading, cells, width: Math.max(...[...heading, ...cells].map((text) => text.length)) };
  });
}

/** Puts columns beside one another as long as they fit; the rest goes below. */
function blocksOf(columns: readonly TextColumn[], labelWidth: number): readonly (readonly TextColumn[])[] {
  const blocks: TextColumn[][] = [];
  let room = 0;
  for (const column of columns) {
    room -= GAP.length + column.width;
    if (room < 0 || blocks.length === 0) {
      blocks.push([]);
      room = WIDEST_LINE - labelWidth - GAP.length - column.width;
    }
    blocks.at(-1)?.push(column);
  }
  return blocks;
}

function lineOf(label: string, labelWidth: number, cells: readonly (readonly [string, number])[]): string {
  const padded = cells.map(([text, width]) => text.padEnd(width));
  return [label.padEnd(labelWidth), ...padded].join(GAP).trimEnd();
}

const INDENT = "  ";

/** The labels of the rows: the name of a type once, and its fields below it. `null` for a line of the type alone. */
function labelled(rows: readonly MatrixRow[]): readonly (readonly [label: string, row: number | null])[] {
  return rows.flatMap(({ coordinate }, i) => {
    const [type = "", field = ""] = coordinate.split(".");
    const isFirst = rows[i - 1]?.coordinate.startsWith(`${type}.`) !== true;
    const line = [`${INDENT}${field}`, i] as const;
    return isFirst ? [[type, null] as const, line] : [line];
  });
}

function blockText(columns: readonly TextColumn[], rows: readonly MatrixRow[], labelWidth: number): string {
  const depth = Math.max(...columns.map(({ heading }) => heading.length));
  const line = (label: string, textOf: (column: TextColumn) => string | undefined): string =>
    lineOf(
      label,
      labelWidth,
      columns.map((column) => [textOf(column) ?? "", column.width]),
    );
  const heads = Array.from({ length: depth }, (_, i) =>
    line("", ({ heading }) => heading[heading.length - depth + i]),
  );
  const total = columns.reduce((sum, { width }) => sum + GAP.length + width, labelWidth);
  const body = labelled(rows).map(([label, i]) =>
    i === null ? label : line(label, ({ cells }) => cells[i]),
  );
  return [...heads, "-".repeat(total), ...body].join("\n");
}

function factLines({ columns }: Matrix): string {
  return columns
    .map(({ name, kind, facts }) => {
      const lines = Object.entries(facts).map(([what, value]) => `  ${what}: ${value}`);
      return [`${kind === "role" ? "role" : "scope set"} ${name}`, ...lines].join("\n");
    })
    .join("\n");
}

/** The matrix as text of at most 120 columns. */
export function matrixText(matrix: Matrix): string {
  const under =
    matrix.purpose === null ? "the highest over all its purposes" : `under purpose ${matrix.purpose}`;
  const legend = `Policy ${matrix.revision}, ${under}. HIDDEN is -, * may be raised by an approved elevation.`;
  if (matrix.columns.length === 0) return `${legend}\nNobody may declare this purpose.`;
  const labelWidth = Math.max(...labelled(matrix.rows).map(([label]) => label.length));
  const blocks = blocksOf(textColumns(matrix), labelWidth).map((block) =>
    blockText(block, matrix.rows, labelWidth),
  );
  return [legend, ...blocks, factLines(matrix)].join("\n\n");
}

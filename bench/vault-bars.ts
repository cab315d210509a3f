/** Something that must hold, and what was measured of it. */
export interface Bar {
  readonly name: string;
  readonly measured: number;
  readonly bound: number;
  readonly side: "at most" | "at least" | "exactly";
  readonly unit: string;
}

export function isKept({ measured, bound, side }: Bar): boolean {
  switch (side) {
    case "at most":
      return measured <= bound;
    case "at least":
      return measured >= bound;
    case "exactly":
      return measured === bound;
  }
}

/** Columns of text, the first one to the left, the others to the right. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => row.map(align).join("  ").trimEnd()).join("\n");
}

export function formatBars(bars: readonly Bar[]): string {
  return formatColumns([
    ["bar", "measured", "bound", ""],
    ...bars.map((bar) => [
      bar.name,
      `${bar.measured.toFixed(2)} ${bar.unit}`.trim(),
      `${bar.side} ${bar.bound}`,
      isKept(bar) ? "pass" : "FAIL",
    ]),
  ]);
}

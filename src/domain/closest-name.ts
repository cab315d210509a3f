/** Finds the name most like a mistyped one, or null when none is near. */
export function closestName(mistyped: string, names: readonly string[]): string | null {
  const wanted = foldName(mistyped);
  const ranked = names
    .map((name) => ({ name, edits: editDistance(wanted, foldName(name)) }))
    .sort((one, other) => one.edits - other.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(1, wanted.length / 3) ? best.name : null;
}

/** Makes `sent_at`, `SentAt` and `sent at` the same name. */
export function foldName(name: string): string {
  return name.replace(/[\s_-]+/g, "").toLowerCase();
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const substitution = at(row, j) + (one[i] === other[j] ? 0 : 1);
      next.push(Math.min(substitution, at(row, j + 1) + 1, at(next, j) + 1));
    }
    row = next;
  }
  return at(row, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}

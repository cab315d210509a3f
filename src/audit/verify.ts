import { leafHash, MerkleRange } from "../crypto/merkle";
import type { FoundEntry, SqlAuditStore } from "./sql-audit-store";

/** What was found of one writer's log. */
export interface WriterVerdict {
  readonly writerId: string;
  readonly entries: number;
  /** The root over all its entries, recomputed, in hex. */
  readonly root: string;
  /** What is wrong, in words, with the place of it. Empty: nothing. */
  readonly faults: readonly string[];
}

const PAGE = 1_000;

/**
 * Recomputes every writer's Merkle tree from the entries' bytes and holds it against the leaf hashes and roots that were
 * stored with them: finds what was changed, taken out or slipped in. Whoever can rewrite the whole table can rewrite the
 * roots too; signed checkpoints held elsewhere are what closes that.
 */
export async function verifyLog(
  store: SqlAuditStore,
  progress: (entries: number) => void = () => undefined,
): Promise<readonly WriterVerdict[]> {
  const verdicts: WriterVerdict[] = [];
  let entries = 0;
  for (const writerId of await store.writers()) {
    const before = entries;
    const verdict = await verifyWriter(store, writerId, (seen) => {
      progress(before + seen);
    });
    entries += verdict.entries;
    verdicts.push(verdict);
  }
  return verdicts;
}

async function verifyWriter(
  store: SqlAuditStore,
  writerId: string,
  progress: (seen: number) => void,
): Promise<WriterVerdict> {
  let tree = MerkleRange.empty;
  let next = 0;
  let lastHasRoot = true;
  const faults: string[] = [];
  for (;;) {
    const page = await store.entriesFrom(writerId, next, PAGE);
    for (const found of page) {
      const leaf = leafHash(found.entry);
      tree = tree.append(leaf);
      faults.push(...faultsOf(found, next, leaf, tree));
      lastHasRoot = found.rootHash !== null;
      next = found.place + 1;
    }
    progress(tree.size);
    if (page.length < PAGE) break;
  }
  if (!lastHasRoot) faults.push("the last commit is not complete: entries are missing at the end");
  return { writerId, entries: tree.size, root: tree.root().toString("hex"), faults };
}

/** The time and the actor that an entry's own bytes tell; the columns beside them are only there to search by. */
function toldBy(entry: Uint8Array): { readonly atMs: number | undefined; readonly actorId: string | null } {
  try {
    const { at, actor } = JSON.parse(Buffer.from(entry).toString()) as { at?: unknown; actor?: unknown };
    const atMs = typeof at === "string" ? Date.parse(at) : undefined;
    return { atMs, actorId: typeof actor === "string" ? actor : null };
  } catch {
    return { atMs: undefined, actorId: null };
  }
}

function faultsOf(found: FoundEntry, expected: number, leaf: Buffer, tree: MerkleRange): string[] {
  const { place, entry, atMs, actorId, rootHash } = found;
  const told = toldBy(entry);
  const gap = place === expected ? [] : [`entries ${String(expected)} to ${String(place - 1)} are missing`];
  const changed = leaf.toString("hex") === found.leafHash ? [] : [`entry ${String(place)} was changed`];
  const moved = told.atMs === atMs ? [] : [`the time beside entry ${String(place)} was changed`];
  const given = told.actorId === actorId ? [] : [`the actor beside entry ${String(place)} was changed`];
  const sameRoot = rootHash === null || tree.root().toString("hex") === rootHash;
  const root = sameRoot ? [] : [`the root after entry ${String(place)} is not that of the entries`];
  return [...gap, ...changed, ...moved, ...given, ...root];
}

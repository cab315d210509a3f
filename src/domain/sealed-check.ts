/** The shortest envelope: magic, suite, key id, the shorter nonce, one padded bucket, tag. @see docs/architecture.md */
const SHORTEST_ENVELOPE_BYTES = 1 + 1 + 16 + 12 + 32 + 16;

/** The CHECK of a sealed column and its index columns, in SQL that MySQL, MariaDB and SQLite all read the same way. */
export function sealedCheck(ct: string, bi: readonly [string, string] | undefined): string {
  const envelope = `(${ct} is null or (substr(${ct}, 1, 1) = X'E1' and length(${ct}) >= ${String(SHORTEST_ENVELOPE_BYTES)}))`;
  if (bi === undefined) return envelope;
  const [one, two] = bi;
  const indexes = [one, two].map(indexCheck).join(" and ");
  return `${envelope} and ((${ct} is null) = (${one} is null and ${two} is null)) and ${indexes}`;
}

/**
 * 16 bytes in hex: an e-mail address of 32 characters is none. That unhex gives something is asked for by itself, since a
 * CHECK that comes to null would pass. No comma may follow a bracket: TypeORM reads CHECKs back from SQLite up to there.
 */
function indexCheck(bi: string): string {
  return `(${bi} is null or (unhex(${bi}) is not null and length(unhex(${bi})) = 16))`;
}

import type { Settings } from "../config";
import { StartupError } from "../domain/errors";
import { OPERATOR } from "../domain/principal";
import type { Shredded } from "../vault/shredding";
import { report, say, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

/** What `fieldward keys shred` takes. */
export interface ShredOptions extends ReportOptions {
  readonly yes?: boolean;
  readonly replay?: boolean;
}

function shredText(shredded: readonly Shredded[]): string {
  const lines = shredded.map(
    ({ subjectId, rows, effectiveBy }) =>
      `Shredded ${subjectId}: keys destroyed, ${String(rows)} rows emptied. No process has its keys after ${effectiveBy.toISOString()}.`,
  );
  return lines.length === 0 ? "Nothing is to be shredded." : lines.join("\n");
}

/** `fieldward keys shred` */
export async function shredKeys(
  settings: Settings,
  customerIds: readonly string[],
  options: ShredOptions,
): Promise<void> {
  const replay = options.replay === true;
  if (replay === customerIds.length > 0)
    throw new StartupError("Name the customers to be shredded by their ids, or use --replay alone.");
  if (!replay && options.yes !== true) {
    throw new StartupError(
      "This destroys the keys of these customers: nothing brings their data back. Add --yes to do it.",
    );
  }
  await withFieldward(settings, async ({ services }) => {
    const { shredder } = services;
    const shredded: Shredded[] = [];
    try {
      if (replay) shredded.push(...(await shredder.replay(sayProgress)));
      for (const id of customerIds) shredded.push(await shredder.shred(id, null, OPERATOR.id));
    } catch (error) {
      // What has been destroyed is to be known, also where the next one failed.
      if (shredded.length > 0) report(options, { shredded }, shredText(shredded));
      throw error;
    }
    report(options, { shredded }, shredText(shredded));
  });
}

function sayProgress(done: number, total: number): void {
  say(`${String(done)} of ${String(total)}`);
}

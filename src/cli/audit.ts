import { sqlAuditStore } from "../audit/sql-audit-store";
import { verifyLog } from "../audit/verify";
import type { Settings } from "../config";
import { openNamed } from "./migrate";
import { report, say, type ReportOptions } from "./terminal";

/** `fieldward audit verify`: recomputes the tree of every writer; exits 1 where a log is not what was written. */
export async function verifyAudit(settings: Settings, options: ReportOptions): Promise<void> {
  const source = await openNamed("audit", settings);
  try {
    let told = 0;
    const verdicts = await verifyLog(sqlAuditStore(source), (entries) => {
      if (entries - told < 50_000) return;
      told = entries;
      say(`${entries.toLocaleString("en")} entries checked`);
    });
    const faults = verdicts.flatMap(({ writerId, faults: found }) =>
      found.map((fault) => `${writerId}: ${fault}`),
    );
    const entries = verdicts.reduce((sum, verdict) => sum + verdict.entries, 0);
    const summary = `${entries.toLocaleString("en")} entries of ${String(verdicts.length)} writers: ${faults.length === 0 ? "intact" : "NOT intact"}`;
    report(options, { ok: faults.length === 0, entries, writers: verdicts }, [...faults, summary].join("\n"));
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await source.destroy();
  }
}

import type { Settings } from "../config";
import { StartupError } from "../domain/errors";
import type { TwinProgress } from "../lifecycle/twin-renewal";
import type { RunProgress } from "../vault/rotation/run";
import { barReport, jsonLine, lineReport, type RunReport } from "./run-progress";
import { report, say, stopSignal, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

function reportOf(options: ReportOptions, clock: () => number): RunReport {
  if (options.json === true) return lineReport(say, clock, jsonLine);
  return process.stderr.isTTY ? barReport(process.stderr, clock) : lineReport(say, clock);
}

/** A renewal as one phase of a run, which is what progress is shown of. */
function runOf({ made, total, failed }: TwinProgress, startedAtMs: number): RunProgress {
  const phase = { phase: "messages", phaseNumber: 1, phases: 1, unit: "rows", place: "" } as const;
  const times = { startedAtMs, phaseSinceMs: startedAtMs };
  return { id: "twins", kind: "twins", ...phase, ...times, done: made, total, failed };
}

function summaryText({ made, withheld, failed, moved, restricted }: TwinProgress): string {
  const n = (count: number): string => count.toLocaleString("en");
  const left =
    failed + moved === 0
      ? ""
      : ` ${n(failed)} could not be opened or anonymised and stay as they were, ${n(moved)} changed meanwhile.`;
  const held = restricted === 0 ? "" : ` ${n(restricted)} of restricted customers were left alone.`;
  return `${n(made)} messages done, ${n(withheld)} of them withheld.${left}${held}`;
}

/** `fieldward anonymise twins` */
export async function anonymiseTwins(settings: Settings, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async ({ twins: { renewal } }) => {
    const shown = reportOf(options, Date.now);
    const startedAtMs = Date.now();
    const signal = stopSignal("Stopping after the batch in hand.");
    const calls = {
      report: (progress: TwinProgress) => {
        shown.update(runOf(progress, startedAtMs));
      },
      signal,
    };
    const { outcome, ...done } = await renewal.run(calls).finally(() => {
      shown.finish();
    });
    if (outcome === "elsewhere")
      throw new StartupError("Another process makes twins. If it was killed, this one can in half a minute.");
    report(options, { outcome, ...done }, summaryText(done));
    if (outcome === "stopped") say("Stopped. The same command goes on from here.");
    if (outcome === "stopped" || done.failed + done.moved > 0) process.exitCode = 1;
  });
}

import type { Settings } from "../config";
import { raiseSessionGeneration } from "../database/vault-setting";
import { newId } from "../installation";
import { recordKeys } from "./keys-runner";
import { report, type ReportOptions } from "./terminal";
import { withFieldward } from "./with-fieldward";

/** `fieldward keys rotate-sessions`: nothing that was signed before is good any more. */
export async function rotateSessionKeys(settings: Settings, options: ReportOptions): Promise<void> {
  await withFieldward(settings, async (fieldward) => {
    await recordKeys(fieldward, newId(), "keys rotate-sessions");
    const generation = await raiseSessionGeneration(fieldward.databases.vault);
    const text = `Sessions, challenges and access tokens are signed by generation ${String(generation)}. What was signed before ends: on running servers within three seconds.`;
    report(options, { generation }, text);
  });
}

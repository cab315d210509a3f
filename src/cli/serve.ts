import { makeLog, openFieldward, serve } from "../main";
import type { Settings } from "../config";
import { say, untilStopped } from "./terminal";

/** `fieldward serve`: serves until it is told to stop. */
export async function serveUntilStopped(settings: Settings): Promise<void> {
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
  const serving = await serve(fieldward, settings);
  say(`Fieldward serves ${serving.url}`);
  await untilStopped();
  await serving.stop();
  await fieldward.close();
}

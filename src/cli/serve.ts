import type { Settings } from "../config";
import { StartupError } from "../domain/errors";
import { serve, type Fieldward, type Serving } from "../main";
import { keepTwinsUp } from "../wiring/twins";
import { crashWithoutValues, processFacts, refuseDumps, warnOfCoreFiles } from "./no-dumps";
import { say, untilStopped } from "./terminal";
import { withFieldward } from "./with-fieldward";

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken by another program",
  EACCES: "may not be listened on by this user",
  EADDRNOTAVAIL: "is not an address of this machine",
  ENOTFOUND: "names a host that is not known",
};

async function listen(fieldward: Fieldward, settings: Settings): Promise<Serving> {
  try {
    return await serve(fieldward, settings);
  } catch (error) {
    const fault = error instanceof Error && "code" in error ? LISTEN_FAULTS[String(error.code)] : undefined;
    if (fault === undefined || !(error instanceof Error && "syscall" in error)) throw error;
    throw new StartupError(
      `FIELDWARD_LISTEN: ${settings.FIELDWARD_LISTEN} ${fault}. Set it to another, such as 127.0.0.1:4001.`,
    );
  }
}

/** Serves, says so, and stops at the first SIGINT or SIGTERM. */
export async function serveUntilStopped(
  fieldward: Fieldward,
  settings: Settings,
  ready: (url: string) => void,
): Promise<void> {
  crashWithoutValues(fieldward.log);
  const serving = await listen(fieldward, settings);
  const endTwins = keepTwinsUp(fieldward.twins, fieldward.log);
  const stopped = untilStopped();
  ready(serving.url);
  await stopped;
  const ended = endTwins();
  try {
    await serving.stop();
  } finally {
    await ended;
  }
}

/** `fieldward serve` */
export async function serveCommand(settings: Settings): Promise<void> {
  refuseDumps(processFacts());
  await withFieldward(settings, (fieldward) =>
    serveUntilStopped(fieldward, settings, (url) => {
      say(`Fieldward serves ${url}`);
      warnOfCoreFiles(fieldward.log);
    }),
  );
}

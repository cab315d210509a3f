import { join } from "node:path";
import { z } from "zod";
import { baselineDatabaseUrl } from "./baseline/sink";
import { startNodeChild } from "./child-process";
import type { RunningServer, StartOptions } from "./target";

export { loadBaseline } from "./baseline/sink";

const Ready = z.object({ url: z.url() });

/** Starts the unprotected server as a child process. */
export async function startBaseline({ mysqlUrl, nodeFlags }: StartOptions): Promise<RunningServer> {
  const child = await startNodeChild({
    script: join(__dirname, "baseline", "server.js"),
    nodeFlags,
    environment: { DATABASE_URL: baselineDatabaseUrl(mysqlUrl), PORT: "0" },
  });
  const { url } = Ready.parse(child.ready);
  return { url, headers: {}, stop: () => child.stop() };
}

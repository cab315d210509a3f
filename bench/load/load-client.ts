import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { endWithRunner } from "../child-process";
import type { LoadJob, LoadReply, LoadResult } from "./job";

/** The load client, in a process of its own so that the runner's work does not disturb its clock. */
export class LoadClient {
  private readonly child: ChildProcess = fork(join(__dirname, "worker.js"), { execArgv: [] });

  constructor() {
    endWithRunner(this.child);
  }

  /** @throws Error when an answer is not a good one: then nothing was measured. */
  run(job: LoadJob): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => {
        reject(new Error("The load client ended."));
      };
      this.child.once("exit", onExit);
      this.child.once("message", (reply: LoadReply) => {
        this.child.off("exit", onExit);
        if ("error" in reply) reject(new Error(reply.error));
        else resolve(reply.result);
      });
      this.child.send(job);
    });
  }

  stop(): void {
    this.child.disconnect();
  }
}

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** What hashes and compares passwords, a few at a time. */
export interface PasswordHasher {
  /** How many it works on at once. */
  readonly atOnce: number;
  /** bcrypt's own form: `$2b$<cost>$<salt and hash>`. */
  hash(prepared: string, cost: number): Promise<string>;
  compare(prepared: string, stored: string): Promise<boolean>;
}

type Job = readonly ["hash", string, number] | readonly ["compare", string, string];

/**
 * What a thread runs. On Linux a thread has a priority of its own: a lower one here, so that the event loop comes first wherever
 * they share a core. Elsewhere the call would slow the whole process down.
 */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const bcrypt = require(workerData);
if (process.platform === "linux") require("node:os").setPriority(5);
parentPort.on("message", ([work, prepared, other]) => {
  parentPort.postMessage(work === "hash" ? bcrypt.hashSync(prepared, other) : bcrypt.compareSync(prepared, other));
});`;

const MOST_THREADS = 4;

/** One thread and the work in its hands, which is one job at most. */
class BcryptThread {
  readonly #worker = new Worker(THREAD, { eval: true, workerData: require.resolve("bcrypt") });
  gone = false;

  constructor() {
    this.#worker.once("exit", () => {
      this.gone = true;
    });
    this.#worker.unref();
  }

  run(job: Job): Promise<unknown> {
    const worker = this.#worker;
    // A process that has nothing else to do still waits for the answer, and ends once there is nothing to wait for.
    worker.ref();
    return new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        worker.removeAllListeners("message").removeAllListeners("error").off("exit", ended).unref();
        then();
      };
      const ended = (): void => {
        settle(() => {
          reject(new Error("the thread that hashes passwords has ended"));
        });
      };
      worker.once("message", (answer: unknown) => {
        settle(() => {
          resolve(answer);
        });
      });
      worker.once("error", (error) => {
        this.gone = true;
        settle(() => {
          reject(error);
        });
      });
      worker.once("exit", ended);
      worker.postMessage(job);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/**
 * bcrypt in threads of its own, one fewer than there are cores. In libuv's pool, where bcrypt runs by itself, files and DNS
 * would wait for it, and on two cores two hashes leave the event loop none.
 */
export class BcryptThreads implements PasswordHasher {
  readonly atOnce = Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));
  readonly #threads = new Set<BcryptThread>();
  #idle: BcryptThread[] = [];

  async hash(prepared: string, cost: number): Promise<string> {
    return String(await this.#run(["hash", prepared, cost]));
  }

  async compare(prepared: string, stored: string): Promise<boolean> {
    return (await this.#run(["compare", prepared, stored])) === true;
  }

  async close(): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    this.#idle = [];
    await Promise.all(threads.map((thread) => thread.end()));
  }

  async #run(job: Job): Promise<unknown> {
    const thread = this.#idle.pop() ?? this.#start();
    try {
      return await thread.run(job);
    } finally {
      if (thread.gone) this.#threads.delete(thread);
      else if (this.#threads.has(thread)) this.#idle.push(thread);
    }
  }

  #start(): BcryptThread {
    const thread = new BcryptThread();
    this.#threads.add(thread);
    return thread;
  }
}

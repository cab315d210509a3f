import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { endWithRunner } from "../child-process";
import type { Mix, ReaderOrder, ReaderReply, Window } from "./job";

type ReplyTo<Order extends ReaderReply["did"]> = Extract<ReaderReply, { readonly did: Order }> &
  Exclude<ReaderReply, { readonly did: "nothing" }>;

/** The readers, in a process of their own, so that the runner's work does not disturb their clock. */
export class ReaderClient {
  readonly #child: ChildProcess = fork(join(__dirname, "readers.js"), { execArgv: [] });
  /** Orders are given one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    endWithRunner(this.#child);
  }

  async connect(given: Omit<Extract<ReaderOrder, { do: "connect" }>, "do">): Promise<void> {
    await this.#order({ do: "connect", ...given });
  }

  /** Reads everything once; those who were shredded are to be nulls. */
  async walk(shredded: readonly string[] = []): Promise<ReplyTo<"walk">> {
    const reply = await this.#order({ do: "walk", shredded });
    if (reply.did !== "walk") throw new Error("The readers answered another order.");
    return reply;
  }

  async read(perSecond: number | null, mix: Mix = { kind: "all" }): Promise<void> {
    await this.#order({ do: "read", perSecond, mix });
  }

  window(): Promise<Window> {
    return this.#window({ do: "window" });
  }

  stop(): Promise<Window> {
    return this.#window({ do: "stop" });
  }

  end(): void {
    this.#child.disconnect();
  }

  async #window(order: ReaderOrder): Promise<Window> {
    const reply = await this.#order(order);
    if (reply.did !== "window" && reply.did !== "stop")
      throw new Error("The readers answered another order.");
    return reply.window;
  }

  #order(order: ReaderOrder): Promise<ReaderReply> {
    const answered = this.#last.then(() => this.#exchange(order));
    this.#last = answered.catch(() => undefined);
    return answered;
  }

  #exchange(order: ReaderOrder): Promise<ReaderReply> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => {
        reject(new Error("The readers' process ended."));
      };
      this.#child.once("exit", onExit);
      this.#child.once("message", (reply: ReaderReply) => {
        this.#child.off("exit", onExit);
        if (reply.did === "nothing") reject(new Error(reply.error));
        else resolve(reply);
      });
      this.#child.send(order);
    });
  }
}

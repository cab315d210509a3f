/** The readers' process: takes `ReaderOrder`s from its parent, answers each with a `ReaderReply`. */
import { performance } from "node:perf_hooks";
import { setTimeout as later } from "node:timers/promises";
import { z } from "zod";
import { Dataset } from "../data";
import type { BenchCustomer } from "../records";
import { Random } from "../random";
import { PAGE_ROWS, StoredRows } from "./expected";
import { GraphqlClient } from "./graphql-client";
import type { Mix, ReaderOrder, ReaderReply, Window } from "./job";
import { Reads, type Read } from "./reads";
import { judge } from "./verdict";
import { Failures, OpenWindow } from "./window";

type Connect = Extract<ReaderOrder, { do: "connect" }>;

const MOST_LATE_MS = 1_000;
const NOBODY: ReadonlySet<string> = new Set();

const WalkedPage = z.object({
  data: z.object({
    customers: z.object({ edges: z.array(z.object({ cursor: z.string(), node: z.unknown() })) }),
  }),
});

/** Reads at a steady rate and judges every answer. */
class Readers {
  readonly #rows: StoredRows;
  readonly #reads: Reads;
  readonly #client: GraphqlClient;
  readonly #random: Random;
  readonly #byId: ReadonlyMap<string, BenchCustomer>;
  #window = new OpenWindow();
  #running: Promise<unknown> = Promise.resolve();
  #stopped = true;

  constructor(private readonly given: Connect) {
    this.#rows = new StoredRows(new Dataset(given.data));
    this.#reads = new Reads(this.#rows);
    this.#client = new GraphqlClient(given, given.clients);
    this.#random = new Random(given.data.seed + 7);
    this.#byId = new Map(this.#rows.customers.map((customer) => [customer.id, customer]));
  }

  /** Reads every customer with all messages, page by page. */
  async walk(shredded: ReadonlySet<string>) {
    const failures = new Failures();
    const { customers } = this.#rows;
    for (let from = 0; from < customers.length; from += PAGE_ROWS) {
      const page = this.#reads.walk(from);
      const { status, text } = await this.#client.send(page.body);
      const parsed = WalkedPage.safeParse(status === 200 ? JSON.parse(text) : undefined);
      const edges = parsed.data?.data.customers.edges ?? [];
      const seen = JSON.stringify(edges.map(({ node }) => node));
      if (seen !== JSON.stringify(page.nodes((id) => !shredded.has(id))))
        failures.add(page, "another answer");
      const cursor = edges.at(-1)?.cursor;
      if (cursor === undefined) break;
      this.#reads.learn(from + PAGE_ROWS, cursor);
    }
    return { customers: customers.length, failures: failures.count, failed: failures.told };
  }

  read(perSecond: number | null, mix: Mix): void {
    this.#stopped = false;
    this.#window = new OpenWindow();
    const shredded = mix.kind === "some" ? new Set(mix.shredded) : NOBODY;
    const choose = this.#chooser(mix);
    const { clients } = this.given;
    const gapMs = perSecond === null ? 0 : (1_000 * clients) / perSecond;
    const startAt = performance.now();
    this.#running = Promise.all(
      Array.from({ length: clients }, (_, i) =>
        this.#sendInTurn(startAt + (gapMs * i) / clients, gapMs, choose, shredded),
      ),
    );
  }

  window(): Promise<Window> {
    const window = this.#window;
    this.#window = new OpenWindow();
    return window.close();
  }

  async stop(): Promise<Window> {
    this.#stopped = true;
    await this.#running;
    return this.#window.close();
  }

  /**
   * Sends one request every `gapMs`. One that is late because the answer before it was counts from when it was due, so that
   * a server that stalls is charged for all that would have been sent meanwhile.
   */
  async #sendInTurn(
    startAt: number,
    gapMs: number,
    choose: () => Read,
    shredded: ReadonlySet<string>,
  ): Promise<void> {
    let due = startAt;
    let freeAt = startAt;
    for (;;) {
      const early = due - performance.now();
      if (early > 0) await later(early);
      if (this.#stopped) return;
      const from = gapMs > 0 && freeAt > due ? due : performance.now();
      const reading = this.#once(choose(), from, shredded);
      this.#window.pending.add(reading);
      await reading;
      freeAt = performance.now();
      due = gapMs > 0 ? this.#skip(due + gapMs, freeAt, gapMs) : freeAt;
    }
  }

  /**
   * After a stall goes on at the old pace: making up for all of it would keep the server busy long after what made it stall.
   * What is not sent counts with what it has waited so far.
   */
  #skip(due: number, now: number, gapMs: number): number {
    let next = due;
    if (now - due > MOST_LATE_MS) {
      for (; next <= now; next += gapMs) {
        this.#window.latenciesMs.push(now - next);
        this.#window.notSent += 1;
      }
    }
    return next;
  }

  async #once(read: Read, from: number, shredded: ReadonlySet<string>): Promise<void> {
    const window = this.#window;
    const sentAtMs = Date.now();
    try {
      const answer = await this.#client.send(read.body);
      window.latenciesMs.push(performance.now() - from);
      const verdict = judge(read, answer, shredded);
      if (verdict.fault !== undefined) window.failures.add(read, verdict.fault);
      for (const [customerId, shown] of verdict.shredded)
        window.ofShredded.push({ customerId, sentAtMs, shown });
    } catch (error) {
      window.failures.add(read, error instanceof SyntaxError ? "no JSON" : `no answer: ${codeOf(error)}`);
    }
  }

  #chooser(mix: Mix): () => Read {
    const random = this.#random;
    const everyone = this.#rows.customers;
    const oneOf = (list: readonly BenchCustomer[]) => random.pick(list);
    if (mix.kind === "all") {
      return () => {
        const kind = random.below(10);
        if (kind < 5) return this.#reads.customer(oneOf(everyone));
        return kind < 7
          ? this.#reads.page(random.below(everyone.length))
          : this.#reads.phone(oneOf(everyone));
      };
    }
    const some = this.#customers(mix.customerIds);
    const shredded = this.#customers(mix.shredded);
    const gone = new Set(mix.shredded);
    const others = some.filter(({ id }) => !gone.has(id));
    // A number may belong to a customer of each tenant; whoever is shredded is not found by it any more.
    const goneNumbers = new Set(shredded.map(({ phone }) => phone));
    const found = others.filter(({ phone }) => !goneNumbers.has(phone));
    return () => {
      const kind = random.below(10);
      if (kind < 5) return this.#reads.customer(oneOf(shredded));
      if (kind < 7) return this.#reads.customer(oneOf(others));
      return kind < 9 ? this.#reads.page(this.#rows.place(oneOf(some).id)) : this.#reads.phone(oneOf(found));
    };
  }

  #customers(ids: readonly string[]): BenchCustomer[] {
    return ids.flatMap((id) => this.#byId.get(id) ?? []);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ("code" in error ? String(error.code) : error.message) : "unknown";
}

let readers: Readers | undefined;

function connected(): Readers {
  if (readers === undefined) throw new Error("The first order is to connect.");
  return readers;
}

async function carryOut(order: ReaderOrder): Promise<ReaderReply> {
  switch (order.do) {
    case "connect":
      readers = new Readers(order);
      return { did: "connect" };
    case "walk":
      return { did: "walk", ...(await connected().walk(new Set(order.shredded))) };
    case "read":
      connected().read(order.perSecond, order.mix);
      return { did: "read" };
    case "window":
      return { did: "window", window: await connected().window() };
    case "stop":
      return { did: "stop", window: await connected().stop() };
  }
}

process.on("message", (order: ReaderOrder) => {
  carryOut(order)
    .catch((error: unknown): ReaderReply => ({ did: "nothing", error: String(error) }))
    .then((reply) => process.send?.(reply))
    .catch(() => process.exit(1));
});
process.on("disconnect", () => process.exit(0));

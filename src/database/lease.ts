import type { DataSource } from "typeorm";
import { FieldwardError } from "../domain/errors";
import { rowSource } from "./rows";

/** A lease as it stands. */
export interface LeaseState {
  readonly holder: string;
  readonly untilMs: number;
}

/**
 * The right to do one kind of work at a time, across processes: a row that says who has it until when. A holder that is
 * killed loses it when its time is over. It keeps two runners from doing work twice; what is done is safe without it, since
 * every change compares with what it found.
 */
export class Lease {
  constructor(
    private readonly data: DataSource,
    private readonly name: string,
    private readonly holder: string,
    private readonly clock: () => number,
    private readonly ms: number,
  ) {}

  /** Takes it or keeps it. Answers whether this holder has it now. */
  async take(): Promise<boolean> {
    const rows = rowSource(this.data);
    const now = this.clock();
    const until = now + this.ms;
    const [changed] = await rows.runAll([
      {
        text: "UPDATE lease SET holder = ?, until = ? WHERE id = ? AND (holder = ? OR until < ?)",
        values: [this.holder, until, this.name, this.holder, now],
      },
    ]);
    // MySQL counts a row that was set to what it held as unchanged: the state decides.
    if (changed !== 1 && (await this.state()) === undefined) await this.#add(until);
    return (await this.state())?.holder === this.holder;
  }

  async state(): Promise<LeaseState | undefined> {
    const text = "SELECT holder, until FROM lease WHERE id = ?";
    const [row] = await rowSource(this.data).rows({ text, values: [this.name] });
    return row === undefined ? undefined : { holder: String(row[0]), untilMs: Number(row[1]) };
  }

  async giveBack(): Promise<void> {
    await rowSource(this.data).run({
      text: "UPDATE lease SET until = 0 WHERE id = ? AND holder = ?",
      values: [this.name, this.holder],
    });
  }

  async #add(until: number): Promise<void> {
    try {
      const text = "INSERT INTO lease (id, holder, until) VALUES (?, ?, ?)";
      await rowSource(this.data).run({ text, values: [this.name, this.holder, until] });
    } catch (error) {
      // Another one was first.
      if (!(error instanceof FieldwardError && error.code === "CONFLICT")) throw error;
    }
  }
}

import { randomInt } from "node:crypto";
import { setTimeout as later } from "node:timers/promises";
import { report } from "../progress";
import { requireSuccess, startKeys, type CommandProgress, type EndedCommand } from "./command";
import type { PastTheGateway } from "./past-the-gateway";
import type { Place } from "./place";

/** When to kill a command: in a phase, once so much of it is done. */
export interface KillPoint {
  readonly phaseNumber: number;
  /** From 0 to 1. */
  readonly fraction: number;
}

/** Where a command was killed. */
export interface Kill {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly unit: CommandProgress["unit"];
}

/** What a command does to the readers: it works, or it waits. */
export interface Activity {
  readonly phase: string;
  /** Whether the command works, and does not only wait. */
  readonly works: boolean;
}

interface KilledRunParts {
  readonly place: Place;
  readonly past: PastTheGateway;
  readonly share: string | undefined;
  readonly activity: (activity: Activity) => void;
}

/** Looking how far a run is costs one row by primary key. */
const LOOK_MS = 50;
const MILLION = 1_000_000;

/** Random points, in order: `weights` says how likely each phase is, `upTo` how far into it. */
export function randomKillPoints(
  count: number,
  phases: readonly { readonly phaseNumber: number; readonly weight: number; readonly upTo: number }[],
): KillPoint[] {
  const all = phases.reduce((sum, { weight }) => sum + weight, 0);
  const points = Array.from({ length: count }, (): KillPoint => {
    let at = randomInt(all);
    const chosen = phases.find(({ weight }) => (at -= weight) < 0);
    const { phaseNumber, upTo } = chosen ?? { phaseNumber: 1, upTo: 1 };
    return { phaseNumber, fraction: (randomInt(MILLION) / MILLION) * upTo };
  });
  return points.sort((a, b) => a.phaseNumber - b.phaseNumber || a.fraction - b.fraction);
}

/** Runs a command, kills it at some points by `kill -9`, and each time runs it again, until it has finished. */
export class KilledRun {
  readonly kills: Kill[] = [];
  #progress: CommandProgress | undefined;

  constructor(
    private readonly kind: string,
    private readonly points: readonly KillPoint[],
    private readonly parts: KilledRunParts,
  ) {}

  async finish(): Promise<readonly Kill[]> {
    const { share } = this.parts;
    const args = [this.kind, ...(share === undefined ? [] : ["--share", share])];
    for (;;) {
      const ended = await this.#attempt(args, this.points[this.kills.length]);
      if (ended.killed) continue;
      requireSuccess(args, ended);
      return this.kills;
    }
  }

  async #attempt(args: readonly string[], point: KillPoint | undefined): Promise<EndedCommand> {
    this.#progress = undefined;
    const { activity, place } = this.parts;
    activity({ phase: "start", works: true });
    const command = startKeys(place, args, {
      progress: (progress) => {
        this.#progress = progress;
        activity({ phase: progress.phase, works: progress.unit !== "ms" });
      },
      waits: () => {
        activity({ phase: "lease of the killed run", works: false });
      },
    });
    const watching = { over: false };
    const watched =
      point === undefined
        ? undefined
        : this.#killAt(
            point,
            () => {
              command.kill();
            },
            watching,
          );
    const ended = await command.ended;
    watching.over = true;
    const kill = await watched;
    if (ended.killed && kill !== undefined) {
      this.kills.push(kill);
      report(`${this.kind}: killed in "${kill.phase}" at ${String(kill.done)} of ${String(kill.total)}`);
    }
    return ended;
  }

  async #killAt(
    point: KillPoint,
    kill: () => void,
    watching: { readonly over: boolean },
  ): Promise<Kill | undefined> {
    while (!watching.over) {
      await later(LOOK_MS);
      const progress = this.#progress;
      if (progress === undefined || progress.phaseNumber < point.phaseNumber) continue;
      const run = await this.parts.past.run(this.kind);
      if (run === undefined) continue;
      const there = run.phase === progress.phase && run.done >= point.fraction * run.total;
      if (!there && progress.phaseNumber === point.phaseNumber) continue;
      kill();
      const { phase, done, total } = run;
      return { phase, done, total, unit: progress.unit };
    }
    return undefined;
  }
}

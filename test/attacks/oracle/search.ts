import type { Way } from "../../../src/graphql/executor";
import { probesOf } from "./channels";
import type { Observation, Observer } from "./observe";
import type { Channel, Probe } from "./probe";
import { isToldByRight, levelOf, type OracleCaller } from "./rights";
import { SECRETS, TWIN, type Secret, type Twin } from "./secrets";
import { FIRST_WORLD, type World, type Worlds } from "./worlds";

/** A bit that a caller recovers: a probe that tells two values of a secret apart. */
export interface Leak {
  readonly secret: string;
  readonly channel: Channel;
  readonly probe: string;
  readonly way: Way;
}

/** A leak in words, for a failing test: never a value. */
export function inWords({ secret, channel, probe, way }: Leak): string {
  return `${secret} by ${channel}: ${probe} (${way})`;
}

/** Twins of what may be seen at a level: they must look the same. */
function sameFor(level: string, { withheld }: Secret, second: boolean): Twin {
  if (level === "CLEAR") return TWIN.value;
  if (!second) return TWIN.sameMask;
  if (level === "HIDDEN") return TWIN.none;
  return level === "TOKEN" || withheld ? TWIN.other : TWIN.value;
}

/** The two worlds that a caller must not tell from the first one. */
export const OTHER_WORLDS = ["same mask", "none"] as const;

/** @see OTHER_WORLDS */
export type OtherWorld = (typeof OTHER_WORLDS)[number];

/**
 * The world that looks the same to a caller as the first one. In one, every value below CLEAR is another with the same mask.
 * In the other, what is hidden is not there, and what is a pseudonym or withheld is a value of another form.
 */
function worldFor(caller: OracleCaller, other: OtherWorld): World {
  return (person, secret) => {
    if (isToldByRight(caller, secret)) return TWIN.value;
    return sameFor(levelOf(caller, person, secret), secret, other === "none");
  };
}

/** The same, but only some secrets are others. */
const only =
  (world: World, names: ReadonlySet<string>): World =>
  (person, secret) =>
    names.has(secret.name) ? world(person, secret) : TWIN.value;

const CATEGORIES: readonly ReadonlySet<string>[] = [...new Set(SECRETS.map(({ category }) => category))].map(
  (category) => new Set(SECRETS.filter((secret) => secret.category === category).map(({ name }) => name)),
);

/** One probe, one way. */
interface Asking {
  readonly probe: Probe;
  readonly way: Way;
}

const AT_ONCE = 32;

/** What reads all that there is, and asks for whatever is remembered from then on. */
const WARMING: ReadonlySet<Channel> = new Set(["null pattern", "accessExplanation"]);

/** How thoroughly is searched. */
export interface Trial {
  /** Which ways the probe at a place is sent. */
  readonly ways: (place: number) => readonly Way[];
  readonly worlds: readonly OtherWorld[];
  /** Left out: all that the caller can try. */
  readonly probes?: readonly Probe[];
}

/** Tries everything as one caller, world by world. */
export class Search {
  constructor(
    private readonly worlds: Worlds,
    private readonly observer: Observer,
  ) {}

  /** What a caller learns. */
  async leaksTo(caller: OracleCaller, { ways, worlds, probes }: Trial): Promise<Leak[]> {
    const askings = (probes ?? probesOf(caller, this.worlds.people)).flatMap((probe, place) =>
      ways(place).map((way): Asking => ({ probe, way })),
    );
    const before = await this.#begin(caller, askings);
    const leaks: Leak[] = [];
    for (const other of worlds) {
      const world = worldFor(caller, other);
      const told = toldBy(askings, before, await this.#all(caller, askings, world));
      if (told.length > 0) leaks.push(...(await this.#culprits(caller, told, world)));
    }
    await this.worlds.turnTo(FIRST_WORLD);
    return [...new Map(leaks.map((leak) => [inWords(leak), leak])).values()];
  }

  /** For each of some worlds, the channels by which a caller tells it from the first one. */
  async channelsFor(
    caller: OracleCaller,
    worlds: readonly World[],
    probes: readonly Probe[],
  ): Promise<ReadonlySet<Channel>[]> {
    const askings = probes.map((probe): Asking => ({ probe, way: "plan" }));
    const before = await this.#begin(caller, askings);
    const channels: ReadonlySet<Channel>[] = [];
    for (const world of worlds) {
      const told = toldBy(askings, before, await this.#all(caller, askings, world));
      channels.push(new Set(told.map(({ probe }) => probe.channel)));
    }
    await this.worlds.turnTo(FIRST_WORLD);
    return channels;
  }

  async #begin(caller: OracleCaller, askings: readonly Asking[]): Promise<Observation[]> {
    this.observer.watch();
    await this.worlds.turnTo(FIRST_WORLD);
    await this.#warmUp(caller);
    return this.#all(caller, askings, FIRST_WORLD);
  }

  /** Which secrets these probes tell a caller, each by itself; those of a category that tells nothing are not tried. */
  async #culprits(caller: OracleCaller, askings: readonly Asking[], world: World): Promise<Leak[]> {
    const before = await this.#all(caller, askings, FIRST_WORLD);
    const leaks: Leak[] = [];
    const unexplained = new Set(askings);
    const toldOf = async (names: ReadonlySet<string>) => {
      const after = await this.#all(caller, askings, only(world, names));
      return askings.flatMap((asking, i) =>
        isTold(before[i], after[i]) ? [{ asking, before: before[i], after: after[i] }] : [],
      );
    };
    for (const names of CATEGORIES) {
      if ((await toldOf(names)).length === 0) continue;
      for (const name of names) {
        for (const { asking, ...seen } of await toldOf(new Set([name]))) {
          unexplained.delete(asking);
          leaks.push(leakOf(asking, name, seen.before, seen.after));
        }
      }
    }
    for (const asking of unexplained) leaks.push(leakOf(asking, "several together", undefined, undefined));
    return leaks;
  }

  /** What is counted, loaded or noted once only is so before anything is compared. */
  async #warmUp(caller: OracleCaller): Promise<void> {
    const probes = probesOf(caller, this.worlds.people).filter(({ channel }) => WARMING.has(channel));
    for (const probe of probes) await this.#observe(caller, { probe, way: "plan" });
  }

  /** All observations of a world, in the order of the askings. */
  async #all(caller: OracleCaller, askings: readonly Asking[], world: World): Promise<Observation[]> {
    await this.worlds.turnTo(world);
    const found = new Map<Asking, Observation>();
    const reading = askings.filter(({ probe }) => probe.writes !== true);
    for (let from = 0; from < reading.length; from += AT_ONCE) {
      const group = reading.slice(from, from + AT_ONCE);
      const observed = await Promise.all(group.map((asking) => this.#observe(caller, asking)));
      group.forEach((asking, i) => {
        const one = observed[i];
        if (one !== undefined) found.set(asking, one);
      });
    }
    for (const asking of askings.filter(({ probe }) => probe.writes === true)) {
      found.set(asking, await this.#observe(caller, asking));
      await this.worlds.undo(world);
    }
    return askings.flatMap((asking) => found.get(asking) ?? []);
  }

  #observe(caller: OracleCaller, { probe, way }: Asking): Promise<Observation> {
    return this.observer.observe(caller, way, async (sender) => {
      await probe.send(sender);
    });
  }
}

function toldBy(
  askings: readonly Asking[],
  before: readonly Observation[],
  after: readonly Observation[],
): Asking[] {
  return askings.filter((_, i) => isTold(before[i], after[i]));
}

function isTold(before: Observation | undefined, after: Observation | undefined): boolean {
  return before?.said !== after?.said || before?.did !== after?.did;
}

function leakOf(
  { probe, way }: Asking,
  secret: string,
  before: Observation | undefined,
  after: Observation | undefined,
): Leak {
  const silent = before !== undefined && before.said === after?.said;
  return { secret, channel: silent ? "timing class" : probe.channel, probe: probe.name, way };
}

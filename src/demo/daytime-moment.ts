import type { SeededRandom } from "./seeded-random";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A span of time in a place. */
export interface LocalSpan {
  readonly from: Date;
  readonly to: Date;
  readonly utcOffsetHours: number;
}

/** Draws a moment from 8 to 20 o'clock of the place's time, or of any hour if that would leave the span. */
export function drawDaytimeMoment(random: SeededRandom, { from, to, utcOffsetHours }: LocalSpan): Date {
  const drawn = random.moment(from, to);
  const offset = utcOffsetHours * HOUR;
  const midnight = Math.floor((drawn.getTime() + offset) / DAY) * DAY - offset;
  const byDay = new Date(midnight + random.int(8 * 3600, 20 * 3600) * 1000);
  return byDay >= from && byDay <= to ? byDay : drawn;
}

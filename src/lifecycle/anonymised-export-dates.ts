import type { AnonymiserPolicy } from "../policy/anonymiser-file";

/** What the dates of an anonymised export are cut to. */
export type DateUnit = AnonymiserPolicy["export"]["dates"];

/** A day, week or month in UTC. */
export interface Period {
  /** `2026-11-27`, `2026-W48` (ISO 8601 week) or `2026-11`. */
  readonly label: string;
  readonly startMs: number;
  /** The first moment of the next one. */
  readonly endMs: number;
}

const DAY_MS = 86_400_000;
const DAYS_A_WEEK = 7;
/** 1970-01-01 was a Thursday, three days after a Monday. */
const EPOCH_WEEKDAY = 3;
const THURSDAY = 3;

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

function dayPeriod(ms: number): Period {
  const startMs = dayOf(ms);
  return { label: isoDay(startMs), startMs, endMs: startMs + DAY_MS };
}

/** A week belongs to the year that has its Thursday, and is counted from that year's first one. @see ISO 8601-1 §4.2.2 */
function weekPeriod(ms: number): Period {
  const days = Math.floor(ms / DAY_MS);
  const weekday = (((days + EPOCH_WEEKDAY) % DAYS_A_WEEK) + DAYS_A_WEEK) % DAYS_A_WEEK;
  const startMs = (days - weekday) * DAY_MS;
  const thursdayMs = startMs + THURSDAY * DAY_MS;
  const year = new Date(thursdayMs).getUTCFullYear();
  const week = 1 + Math.floor((thursdayMs - Date.UTC(year, 0, 1)) / (DAYS_A_WEEK * DAY_MS));
  return {
    label: `${String(year)}-W${String(week).padStart(2, "0")}`,
    startMs,
    endMs: startMs + DAYS_A_WEEK * DAY_MS,
  };
}

function monthPeriod(ms: number): Period {
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const startMs = Date.UTC(year, month, 1);
  return { label: isoDay(startMs).slice(0, 7), startMs, endMs: Date.UTC(year, month + 1, 1) };
}

const PERIODS: Readonly<Record<DateUnit, (ms: number) => Period>> = {
  day: dayPeriod,
  week: weekPeriod,
  month: monthPeriod,
};

/** The day, week or month that a moment lies in. */
export function periodOf(ms: number, unit: DateUnit): Period {
  return PERIODS[unit](ms);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const ISO_8601 =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?)? ?(?<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;

const RFC_2822 =
  /^(?:[a-z]{3}, *)?(?<day>\d{1,2}) (?<month>[a-z]{3}) (?<year>\d{4}) (?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?: (?<zone>Z|UT|UTC|GMT|[+-]\d{4}))?$/i;

/** Reads a date in ISO 8601 (also with a space for the T) or RFC 2822; without a zone it is UTC; null if it is none. */
export function messageDate(text: string): Date | null {
  const parts = (ISO_8601.exec(text) ?? RFC_2822.exec(text))?.groups;
  if (parts === undefined) return null;
  const offset = offsetMinutes(parts["zone"]);
  const local = localTime(parts);
  return offset === null || local === null ? null : new Date(local - offset * 60_000);
}

type DateParts = Readonly<Record<string, string | undefined>>;

function localTime(parts: DateParts): number | null {
  const date = new Date(0);
  const month = monthIndex(parts["month"] ?? "");
  date.setUTCFullYear(Number(parts["year"]), month, Number(parts["day"]));
  const [hour, minute, second] = [
    numberOf(parts["hour"]),
    numberOf(parts["minute"]),
    numberOf(parts["second"]),
  ];
  const milliseconds = Math.floor(Number(`0.${parts["fraction"] ?? "0"}`) * 1000);
  // A day that rolled over to the next month (31 February) was not a date.
  const isCalendarDay = date.getUTCMonth() === month && date.getUTCDate() === Number(parts["day"]);
  if (!isCalendarDay || hour > 23 || minute > 59 || second > 59) return null;
  return date.setUTCHours(hour, minute, second, milliseconds);
}

function numberOf(text: string | undefined): number {
  return Number(text ?? "0");
}

function monthIndex(text: string): number {
  return /^\d/.test(text) ? Number(text) - 1 : MONTHS.indexOf(text.toLowerCase());
}

function offsetMinutes(zone: string | undefined): number | null {
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "");
  if (parts === null) return 0;
  const [hours, minutes] = [Number(parts[2]), numberOf(parts[3])];
  if (hours > 14 || minutes > 59) return null;
  return (parts[1] === "-" ? -1 : 1) * (hours * 60 + minutes);
}

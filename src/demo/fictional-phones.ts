import type { DemoCountry } from "./demo-records";
import type { SeededRandom } from "./seeded-random";

const US_AREA_CODES = ["206", "212", "303", "404", "415", "512", "617", "702"];

const padded = (value: number, digits: number): string => String(value).padStart(digits, "0");

// The start of each range is left to the tenants' own numbers.
const DRAW: Readonly<Record<DemoCountry, (random: SeededRandom) => string>> = {
  GB: (random) => `+447700900${padded(random.int(100, 999), 3)}`,
  FR: (random) => `+3363998${padded(random.int(1000, 9999), 4)}`,
  US: (random) => `+1${random.pick(US_AREA_CODES)}55501${padded(random.int(0, 99), 2)}`,
};

/** Draws an E.164 number from the range that the country's regulator keeps for fiction. */
export function drawPhone(random: SeededRandom, country: DemoCountry): string {
  return DRAW[country](random);
}

import type { DemoCountry } from "./demo-records";
import type { SeededRandom } from "./seeded-random";

const GB_STREETS = [
  "Larch Lane",
  "Tanner's Row",
  "Foxglove Close",
  "Mill Race Road",
  "Old Ferry Street",
  "St Aldric's Terrace",
  "Copperbeech Avenue",
  "Weavers Walk",
  "Lantern Hill",
  "Saltmarsh Drive",
  "Priory Gardens",
  "Heron Way",
];
const GB_TOWNS = [
  "Millbrook Vale",
  "Harrowmere",
  "Little Ashby Cross",
  "Penwarren",
  "Stonehythe",
  "Eastholm",
];

const FR_STREETS = [
  "rue des Tilleuls",
  "avenue du Moulin Blanc",
  "impasse des Lavandières",
  "quai de la Brume",
  "rue Haute",
  "place du Vieux Lavoir",
  "chemin des Noisetiers",
  "boulevard de l'Étang",
  "rue de la Tannerie",
  "allée des Mésanges",
  "cours Saint-Aubert",
  "rue du Four à Chaux",
];
const FR_TOWNS = ["Montclair-sur-Orle", "Valbrume", "Saint-Aubert-le-Vieux", "Castelrive", "Port-Lanterne"];

const US_STREETS = [
  "Juniper Ave",
  "Tallgrass Dr",
  "Quarry Rd",
  "Wagon Wheel Ct",
  "N Sycamore St",
  "Lantern Ln",
  "Old Mill Rd",
  "Cottonwood Blvd",
  "Meadowlark Way",
  "S Harvest St",
  "Copper Ridge Dr",
  "Bluestem Pl",
];
/** Each with the first three digits of ZIP codes that are not in use. */
const US_TOWNS: readonly (readonly [string, string])[] = [
  ["Tallow Creek, WI", "536"],
  ["Marrow Bend, IA", "529"],
  ["Dry Lantern, SD", "578"],
  ["Ashgrove Hollow, KY", "428"],
  ["Copper Saddle, CO", "818"],
];

const POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ";

function gbAddress(random: SeededRandom): string {
  const street = `${random.int(1, 148)} ${random.pick(GB_STREETS)}`;
  // No British postcode area starts with Q.
  const postcode = `QX${random.int(1, 19)} ${random.int(1, 9)}${random.text(2, POSTCODE_LETTERS)}`;
  return `${street}, ${random.pick(GB_TOWNS)}, ${postcode}`;
}

function frAddress(random: SeededRandom): string {
  const street = `${random.int(1, 96)}${random.chance(0.1) ? " bis" : ""} ${random.pick(FR_STREETS)}`;
  // No French department has the number 96.
  return `${street}, 96${random.int(10, 99)}0 ${random.pick(FR_TOWNS)}`;
}

function usAddress(random: SeededRandom): string {
  const [town, zipStart] = random.pick(US_TOWNS);
  const apartment = random.chance(0.3) ? `, Apt ${random.int(1, 24)}${random.text(1, "ABCD")}` : "";
  const street = `${random.int(100, 4800)} ${random.pick(US_STREETS)}${apartment}`;
  return `${street}, ${town} ${zipStart}${random.int(10, 99)}`;
}

const DRAW: Readonly<Record<DemoCountry, (random: SeededRandom) => string>> = {
  GB: gbAddress,
  FR: frAddress,
  US: usAddress,
};

/** Draws an address in the country's form whose town and postcode do not exist. */
export function drawAddress(random: SeededRandom, country: DemoCountry): string {
  return DRAW[country](random);
}

/** The house number and street of an address that `drawAddress` made. */
export function streetOf(address: string): string {
  return address.split(",", 1).join("");
}

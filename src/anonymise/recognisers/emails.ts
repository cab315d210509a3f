import type { Reading } from "../reading/reading";
import type { Claim } from "../span";
import { TOP_LEVEL_DOMAINS } from "./top-level-domains";

/** E-mail addresses, handles of payment systems, and both spelled out ("jo at mail dot com"). */
export function recogniseEmails(reading: Reading): Claim[] {
  return [...written(reading), ...spelled(reading)];
}

/** Above a URL's score: "jo@mail.example/x" is an address first. */
const SCORE = 1.2;

const LOCAL_PART = /[A-Za-z0-9._%+'-]/;
const DOMAIN_PART = /[A-Za-z0-9.-]/;
/** RFC 5321, section 4.5.3.1: 64 octets before the @; a domain has 255, but a message is shorter. */
const LONGEST_PART = 64;
/** Shorter words before an @ without a domain are no handles ("me@home"). */
const SHORTEST_HANDLE = 3;

/** How far the characters of a class go from a place, one way. */
function extent(text: string, from: number, step: 1 | -1, allowed: RegExp): number {
  let position = from;
  for (let count = 0; count < LONGEST_PART && allowed.test(text.charAt(position)); count++) position += step;
  return position;
}

/** What stands around each @: an address, or a handle such as a UPI one (`name@okbank`, NPCI UPI specification). */
function written({ text }: Reading): Claim[] {
  const claims: Claim[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = extent(text, at - 1, -1, LOCAL_PART) + 1;
    while (/[.'-]/.test(text.charAt(start)) && start < at) start++;
    let end = extent(text, at + 1, 1, DOMAIN_PART);
    while (/[.-]/.test(text.charAt(end - 1)) && end > at) end--;
    if (isMailbox(text.slice(start, at), text.slice(at + 1, end))) {
      claims.push({ start, end, type: "EMAIL", score: SCORE });
    }
  }
  return claims;
}

function isMailbox(local: string, domain: string): boolean {
  if (/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$/.test(domain)) return local !== "";
  return local.length >= SHORTEST_HANDLE && /^[A-Za-z][A-Za-z0-9]{2,}$/.test(domain);
}

/** "jo at mail dot com", "jo (at) mail.com", "jo arroba correo punto es": from the word for @ both ways. */
function spelled(reading: Reading): Claim[] {
  const claims: Claim[] = [];
  reading.tokens.forEach((_, index) => {
    const claim = reading.has(index, "at") ? spelledAround(reading, index) : undefined;
    if (claim) claims.push(claim);
  });
  return claims;
}

/** "arroba" stands for nothing but an @; "at" needs brackets or a spelled dot. */
const SHORTEST_DISTINCT = 5;
const BRACKET = /^[()[\]{}<>*_-]$/;

/** "look at amazon dot com", "I am at work dot com" */
const NOBODYS =
  /^(?:look|looks|me|us|am|is|be|are|was|were|it|you|meet|here|there|shop|find|buy|now|out|online|visit|only|up|down)$/;

function spelledAround(reading: Reading, at: number): Claim | undefined {
  const opened = BRACKET.test(reading.word(at - 1));
  const closed = BRACKET.test(reading.word(at + 1));
  const distinct = (opened && closed) || reading.word(at).length >= SHORTEST_DISTINCT;
  const before = opened ? at - 2 : at - 1;
  if (!opened && NOBODYS.test(reading.word(before))) return undefined;
  const end = domainEnd(reading, closed ? at + 2 : at + 1, distinct);
  if (before < 0 || end === undefined) return undefined;
  return { start: localStart(reading, before), end, type: "EMAIL", score: SCORE };
}

const MOST_LABELS = 5;

/** Where the domain ends: words joined by dots, spelled or not, up to a top-level domain. */
function domainEnd(reading: Reading, from: number, distinct: boolean): number | undefined {
  let spelledOut = distinct;
  let end: number | undefined;
  let index = from;
  for (let count = 0; count < MOST_LABELS; count++) {
    index = labelEnd(reading, index);
    const label = reading.token(index);
    if (label.kind === "SYMBOL") break;
    if (count > 0 && TOP_LEVEL_DOMAINS.has(label.word)) end = label.end;
    const dot = dotAfter(reading, index);
    if (dot === undefined) break;
    spelledOut ||= dot.spelled;
    index = dot.next;
  }
  return spelledOut ? end : undefined;
}

/** The last token of a label: a word, or words joined by hyphens ("tischlerei-dietze"). */
function labelEnd(reading: Reading, from: number): number {
  let end = from;
  for (let count = 0; count < MOST_LABELS; count++) {
    const joined = reading.word(end + 1) === "-" && reading.joins(end + 1);
    if (!joined || reading.token(end + 2).kind === "SYMBOL") break;
    end += 2;
  }
  return end;
}

/** The dot after a label, in brackets or not, and where the next label starts. */
function dotAfter(
  reading: Reading,
  label: number,
): { readonly spelled: boolean; readonly next: number } | undefined {
  const dot = label + (/^[([]$/.test(reading.word(label + 1)) ? 2 : 1);
  const spelled = reading.has(dot, "dot");
  if (!spelled && (reading.word(dot) !== "." || !reading.isGlued(dot + 1))) return undefined;
  return { spelled, next: dot + (/^[)\]]$/.test(reading.word(dot + 1)) ? 2 : 1) };
}

/** Where the part before the @ starts: words joined by dots, spelled or not. */
function localStart(reading: Reading, from: number): number {
  let index = from;
  while (index >= 2 && reading.token(index - 2).kind !== "SYMBOL") {
    const joined = /^[._-]$/.test(reading.word(index - 1)) && reading.isGlued(index - 1);
    if (!joined && !reading.has(index - 1, "dot")) break;
    index -= 2;
  }
  return reading.token(index).start;
}

import { matchesOf } from "../matches";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";

/** Surer than a number or a name that is part of one. */
const SCORE = 1.2;
const SHORTEST = 6;

const PASSWORD = String.raw`(?:password|passwd|passcode|pwd|pw|passwort|kennwort|mot de passe|mdp|contrasena|clave|senha|palavra-passe|wachtwoord|ww)`;
/** In each language before or behind: "temp password", "mot de passe provisoire". */
const FOR_ONCE = String.raw`(?:temp|temporary|initial|interim|one-time|single-use|vorlaufiges|temporares|neues|provisoire|temporaire|temporal|provisional|provisoria|temporaria|provvisoria|temporanea|tijdelijk|eenmalig)`;
/** "is", "lautet", ":"; what it is for may stand between. */
const TOLD = String.raw`(?: ?[:=]|(?: (?:is|lautet|ist|est|es|e|hai|for [\w.]{1,20} is))?) ?:? ?`;

const TEMPORARY = new RegExp(
  String.raw`\b(?:${FOR_ONCE} ${PASSWORD}|${PASSWORD} ${FOR_ONCE})${TOLD}(?=(\S{6,24}))`,
  "g",
);

/** What ends a sentence or a bracket is not part of the password. */
const CLOSING = new Set(".,;:!?)\"']");

/**
 * Temporary passwords, which have letters and digits or signs in any order: "Your temporary password is Mohn!Ufer83". Other
 * one-time codes are numbers and codes.
 */
export function recognisePasswords({ folded }: Reading): Claim[] {
  return matchesOf(TEMPORARY, folded).flatMap(({ 0: words, 1: behind = "", index }) => {
    let { length } = behind;
    while (CLOSING.has(behind.charAt(length - 1))) length--;
    const password = behind.slice(0, length);
    const start = index + words.length;
    const isMixed = /[a-z]/.test(password) && /[^a-z]/.test(password);
    return isMixed && length >= SHORTEST
      ? [{ start, end: start + length, type: "OTP" as const, score: SCORE }]
      : [];
  });
}

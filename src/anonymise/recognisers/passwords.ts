import { matchesOf } from "../matches";
import type { Reading } from "../reading/reading";
import type { Claim } from "../span";
import { endBeforeMarks } from "./closing-marks";

/** Surer than a number or a name that is part of one. */
const SCORE = 1.2;
const SHORTEST = 6;

const PASSWORD = String.raw`(?:password|passwd|passcode|pwd|pw|passwort|kennwort|mot de passe|mdp|contrasena|clave|senha|palavra-passe|wachtwoord|ww)\b`;
/** In each language before or behind: "temp password", "mot de passe provisoire". */
const FOR_ONCE = String.raw`(?:temp|temporary|initial|interim|one-time|single-use|vorlaufiges|temporares|neues|provisoire|temporaire|temporal|provisional|provisoria|temporaria|provvisoria|temporanea|tijdelijke?|eenmalig)\b`;
/** "is", "lautet", ":", or a blank alone; what it is for may stand between. */
const TOLD = String.raw`(?: (?:is|lautet|ist|est|es|e|hai|for [\w.]{1,20} is)(?= ?[: ]))? ?[:=]? ?`;
const OPENING = String.raw`["'(\[]?`;

/** Whole parts between blanks only: of one that is cut, the rest would stay in sight. */
const TEMPORARY = new RegExp(
  String.raw`\b(?:${FOR_ONCE} ${PASSWORD}|${PASSWORD} ${FOR_ONCE})${TOLD}(?<=[ :=])${OPENING}(?=(\S{6,80})(?!\S))`,
  "g",
);

/** What ends a sentence or a bracket is not part of the password. */
const CLOSING = /[.,;:!?)"'\]]/;
/** "self-service" and "on/off" have none: words that a hyphen ties are no password. */
const DIGIT_OR_SIGN = /[\d!@#$%&*_+=^~]/;

/**
 * Temporary passwords, which have letters with digits or signs among them: "Your temporary password is Mohn!Ufer83". Other one-time
 * codes are numbers and codes.
 */
export function recognisePasswords({ folded }: Reading): Claim[] {
  return matchesOf(TEMPORARY, folded).flatMap(({ 0: words, 1: behind = "", index }) => {
    const password = behind.slice(0, endBeforeMarks(behind, CLOSING));
    const start = index + words.length;
    const isPassword =
      /[a-z]/.test(password) && DIGIT_OR_SIGN.test(password) && !/:\/\/|^www\./.test(password);
    return isPassword && password.length >= SHORTEST
      ? [{ start, end: start + password.length, type: "OTP" as const, score: SCORE }]
      : [];
  });
}

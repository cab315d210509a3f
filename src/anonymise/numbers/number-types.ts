import type { Cue } from "../languages/language";
import type { PersonalType } from "../span";
import { accountShape } from "./shapes/account";
import { cardShape } from "./shapes/card";
import { nationalIdShape } from "./shapes/national-id";
import { otpShape } from "./shapes/otp";
import { phoneShape } from "./shapes/phone";
import { plateShape } from "./shapes/plate";
import type { Shape } from "./shapes/shape";

/** A kind of personal number. */
export interface NumberType {
  readonly type: PersonalType;
  /** The cue that names it. */
  readonly cue: Cue;
  readonly shape: Shape;
  /**
   * The logarithm of the odds from which it is found: of three to five where a form is usual, lower where hardly two have one.
   * What is personal and stays does more harm than what is not and goes.
   */
  readonly least: number;
  /** Whether it is told in a sentence ("the man will ask, say 4471"), so that words further off speak of it: others are named beside. */
  readonly told: boolean;
  /** Whether codes of letters and digits are looked at too, besides groups of digits. */
  readonly codes: boolean;
}

export const NUMBER_TYPES: readonly NumberType[] = [
  { type: "CARD", cue: "card", shape: cardShape, least: -0.5, told: false, codes: false },
  { type: "PHONE", cue: "phone", shape: phoneShape, least: -0.5, told: false, codes: false },
  { type: "NATIONAL_ID", cue: "nationalId", shape: nationalIdShape, least: -1, told: false, codes: true },
  { type: "PLATE", cue: "plate", shape: plateShape, least: -0.5, told: false, codes: true },
  { type: "OTP", cue: "otp", shape: otpShape, least: -0.5, told: true, codes: true },
  { type: "ACCOUNT", cue: "account", shape: accountShape, least: -1, told: false, codes: true },
];

/** Words that name a number, as one that is personal or as something else. */
export const NAMING: readonly Cue[] = [
  "tracking",
  "product",
  "shortCode",
  "promo",
  "amount",
  "enter",
  "birth",
  "phone",
  "otp",
  "account",
  "nationalId",
  "plate",
  "card",
];

import type { DemoMessage } from "./demo-records";

/** How a body travels: the encoding it needs and the number of segments it takes. */
export type SmsSize = Pick<DemoMessage, "encoding" | "segments">;

const GSM_BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const GSM_EXTENSION = new Set("\f^{}\\[~]|€");

/** The septets a character takes in the GSM 03.38 default alphabet; undefined if it is not in it. */
function septets(character: string): number | undefined {
  if (GSM_BASIC.has(character)) return 1;
  return GSM_EXTENSION.has(character) ? 2 : undefined;
}

/** Packs characters into segments; one that takes several units is never split between two. */
function pack(units: readonly number[], single: number, multi: number): number {
  if (units.reduce((sum, unit) => sum + unit, 0) <= single) return 1;
  let segments = 1;
  let used = 0;
  for (const unit of units) {
    if (used + unit > multi) {
      segments += 1;
      used = 0;
    }
    used += unit;
  }
  return segments;
}

/** Measures a body as GSM 03.38 does: 160 or 153 septets, or 70 or 67 UTF-16 units, to a segment. */
export function measureSms(body: string): SmsSize {
  const characters = Array.from(body);
  const gsm = characters.map(septets).filter((units) => units !== undefined);
  if (gsm.length === characters.length) return { encoding: "GSM-7", segments: pack(gsm, 160, 153) };
  const utf16 = characters.map((character) => character.length);
  return { encoding: "UCS-2", segments: pack(utf16, 70, 67) };
}

import fc from "fast-check";
import { normalise } from "../../src/anonymise/reading/normalise";
import { anyText, lifelikeText } from "./texts";

/** What a stretch of the normalised text is in the message. */
function inMessage(message: string, found: string): string {
  const { text, sourceOffset } = normalise(message);
  const start = text.indexOf(found);
  return message.slice(sourceOffset(start), sourceOffset(start + found.length));
}

describe("the normalised text of a message", () => {
  it.each([
    ["ASCII", "Call Ann", "Call Ann"],
    ["full-width figures and letters", "０７７００ Ａｎｎ", "07700 Ann"],
    ["a zero-width space", "41\u200b11", "4111"],
    ["a soft hyphen", "Ann\u00ada", "Anna"],
    ["a byte-order mark", "\ufeffAnn", "Ann"],
    ["marks of direction", "\u202eAnn\u202c", "Ann"],
    ["a composed accent", "caf\u00e9", "cafe"],
    ["a combining accent", "cafe\u0301", "cafe"],
    ["Cyrillic look-alikes", "Аnnа", "Anna"],
    ["Greek look-alikes", "Αnnα", "Anna"],
    ["letters with strokes", "Błoń, Tromsø", "Blon, Tromso"],
    ["typographic marks", "Ann’s “10–12”", 'Ann\'s "10-12"'],
    ["O and l among figures", "O77009OO l23", "07700900 123"],
    ["O and l in words", "Oslo, l0l, SOLO1", "Oslo, l0l, SOLO1"],
    ["an emoji", "😀 Ann", "😀 Ann"],
    ["nothing", "", ""],
  ])("reads %s", (_, message, text) => {
    expect(normalise(message).text).toBe(text);
  });

  it("has a form in lower case of the same length", () => {
    expect(normalise("İSTANBUL Straße").folded).toBe("istanbul strase");
  });

  it.each([
    ["full-width figures", "tel ０７７００!", "07700", "０７７００"],
    ["figures with zero-width spaces", "no 4\u200b1\u200b11.", "4111", "4\u200b1\u200b11"],
    ["a name with combining accents", "hi Jose\u0301, yes", "Jose", "Jose\u0301"],
    ["a name behind an emoji", "😀😀 Ann", "Ann", "Ann"],
    ["a name behind what is left out", "\ufeff\u200bHi Ann", "Ann", "Ann"],
    ["a name of look-alikes", "é\u0301 Аnnа.", "Anna", "Аnnа"],
  ])("leads %s back to the message", (_, message, found, written) => {
    expect(inMessage(message, found)).toBe(written);
  });

  it("leads every offset back in order and its end to the message's, whatever the message", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, lifelikeText), (message) => {
        const { text, folded, sourceOffset } = normalise(message);
        expect(folded).toHaveLength(text.length);
        const offsets = Array.from({ length: text.length + 1 }, (_, position) => sourceOffset(position));
        expect(offsets.at(-1)).toBe(message.length);
        offsets.reduce((before, offset) => {
          expect(offset).toBeGreaterThan(before);
          return offset;
        }, -1);
      }),
    );
  });
});

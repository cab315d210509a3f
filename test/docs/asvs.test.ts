import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { PACKAGE_DIR } from "../../src/config";
import { OPERATIONS } from "../../src/graphql/rules/operations";
import { defaultPolicy } from "../policy/principals";

/** The levels of the requirements of each section of ASVS 5.0.0, in their order: 6.1.1 is of level 1, 6.1.2 of level 2. */
const LEVELS: Readonly<Record<string, string>> = {
  "6.1": "122",
  "6.2": "111111112222",
  "6.3": "11223333",
  "6.4": "112233",
  "6.5": "22222333",
  "6.6": "2223",
  "6.7": "33",
  "6.8": "2222",
  "7.1": "222",
  "7.2": "1111",
  "7.3": "22",
  "7.4": "11222",
  "7.5": "223",
  "7.6": "22",
  "8.1": "1233",
  "8.2": "1123",
  "8.3": "133",
  "8.4": "23",
  "9.1": "111",
  "9.2": "1222",
  "10.1": "22",
  "10.2": "223",
  "10.3": "22223",
  "10.4": "1111122222233333",
  "10.5": "22222",
  "10.6": "22",
  "10.7": "222",
};
const LEVEL_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(LEVELS).flatMap(([section, levels]) =>
    Array.from(levels, (level, i) => [`${section}.${String(i + 1)}`, level] as const),
  ),
);
const STATUSES = ["met", "not met", "not applicable"] as const;
const BEYOND = "3, beyond";

interface Row {
  readonly id: string;
  readonly level: string;
  readonly requirement: string;
  readonly status: string;
  readonly how: string;
  readonly proof: string;
}

const read = (path: string): string => readFileSync(join(PACKAGE_DIR, path), "utf8");
const page = read("docs/asvs.md");

/** The cells of every line of the page's tables. */
const cells: readonly (readonly string[])[] = page
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .map((line) => line.slice(1, -1).split(/(?<!\\)\|/))
  .map((line) => line.map((cell) => cell.trim()));

const rows: readonly Row[] = cells
  .filter(([id = ""]) => /^\d+\.\d+\.\d+$/.test(id))
  .map(([id = "", level = "", requirement = "", status = "", how = "", proof = ""]) => ({
    ...{ id, level, requirement, status, how, proof },
  }));
const counted = rows.filter(({ level }) => level !== BEYOND);
const idsOf = (status: string): string[] =>
  counted.filter((row) => row.status === status).map(({ id }) => id);
const idsIn = (text: string): string[] => text.match(/\b\d+\.\d+\.\d+\b/g) ?? [];

/** The part of a page under a heading, in one line, up to the next heading of that rank or a higher one. */
function under(text: string, heading: string): string {
  const rank = heading.replace(/ .*/, "").length;
  const [, after] = text.split(`\n${heading}\n`);
  if (after === undefined) throw new Error(`there is no "${heading}"`);
  return (after.split(new RegExp(`\\n#{1,${String(rank)}} `))[0] ?? "").replaceAll(/\s+/g, " ");
}

/** `it` or `describe`, where that is what a call begins with, however it goes on: `it.each(…)("…")`. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "it" || callee.text === "describe";
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text === "each" && isTest(callee.expression);
  return ts.isCallExpression(callee) && isTest(callee.expression);
}

/** The titles of the tests of a file and of what they are about, as they are written there. */
function titlesIn(path: string): ReadonlySet<string> {
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteral(title)) titles.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2022));
  return titles;
}

/** The tests that a cell names, as `file`: "title", "title"; `file`: "title". */
function proofsIn(cell: string): readonly (readonly [file: string, title: string])[] {
  const files = [...cell.matchAll(/`(test\/[\w./-]+)`: ((?:"[^"]+"(?:, )?)+)/g)];
  return files.flatMap(([, file = "", titles = ""]) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => [file, title] as const),
  );
}

describe("the page on ASVS", () => {
  it("has every requirement of levels 1 and 2 once, in their order, and those of level 3 as beyond", () => {
    const all = [...LEVEL_OF].filter(([, level]) => level !== "3").map(([id]) => id);
    expect(counted.map(({ id }) => id)).toEqual(all);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const { id, level } of rows) {
      const known = LEVEL_OF.get(id);
      expect([id, level]).toEqual([id, known === "3" ? BEYOND : known]);
    }
  });

  it("says of each in words what it asks, whether it is met, and how or why not", () => {
    for (const { id, requirement, status, how } of rows) {
      expect([id, STATUSES]).toEqual([id, expect.arrayContaining([status])]);
      expect([id, requirement.length > 15, how.length > 15]).toEqual([id, true, true]);
    }
  });

  it("names for each that is met a test that is there, and for no other", () => {
    const known = new Map<string, ReadonlySet<string>>();
    const titlesOf = (file: string): ReadonlySet<string> => {
      const titles = known.get(file) ?? titlesIn(file);
      known.set(file, titles);
      return titles;
    };
    for (const { id, status, proof } of rows) {
      const proofs = proofsIn(proof);
      expect([id, proofs.length > 0]).toEqual([id, status === "met"]);
      expect([id, proof.match(/`/g)?.length ?? 0]).toEqual([id, 2 * new Set(proofs.map(([f]) => f)).size]);
      for (const [file, title] of proofs)
        expect([id, file, title, titlesOf(file).has(title)]).toEqual([id, file, title, true]);
    }
  });

  it("names no file that is not there, and at least one for each that is met", () => {
    for (const { id, status, how } of rows) {
      const code = [...how.matchAll(/`((?:src|policy)\/[^`]+)`/g)].map(([, file = ""]) => file);
      const pages = [...how.matchAll(/\]\(([^)#]+)/g)].map(([, file = ""]) => join("docs", file));
      const named = [...code, ...pages];
      expect([id, named.filter((file) => !existsSync(join(PACKAGE_DIR, file)))]).toEqual([id, []]);
      expect([id, status !== "met" || named.length > 0]).toEqual([id, true]);
    }
  });

  it("counts what its tables hold", () => {
    const countsOf = (prefix: string): string[] => {
      const mine = counted.filter(({ id }) => id.startsWith(prefix));
      const each = STATUSES.map((status) => mine.filter((row) => row.status === status).length);
      return [mine.length, ...each].map(String);
    };
    for (const chapter of ["6", "7", "8", "9", "10"]) {
      const line = cells.find(([name = ""]) => name.startsWith(`V${chapter} `));
      expect([chapter, line?.slice(1)]).toEqual([chapter, countsOf(`${chapter}.`)]);
    }
    expect(cells.find(([name]) => name === "all")?.slice(1)).toEqual(countsOf(""));
  });

  it("lists at its head all that is not met, and reservations only of what is met", () => {
    expect(idsIn(under(page, "### Not met")).sort()).toEqual(idsOf("not met").sort());
    const reserved = under(page, "### Met, with a reservation").match(/\*\*\d+\.\d+\.\d+\*\*/g) ?? [];
    expect(reserved.length).toBeGreaterThan(0);
    expect(idsOf("met")).toEqual(expect.arrayContaining(idsIn(reserved.join(" "))));
  });
});

describe("what the requirements of documentation rest on", () => {
  const operations = read("docs/operations.md");
  const signingIn = () => under(operations, "## Signing in");
  const { session, lockOut, secondFactor, passwords } = defaultPolicy.signIn;

  it("tells after how many failures there is a lock-out, for how long, and how it is abused", () => {
    const { account, address } = lockOut;
    for (const said of [
      `${String(account.failures)} failures of an account`,
      `${String(address.failures)} failures from an address`,
      `${String(account.firstSeconds)} seconds`,
      `${String(account.longestSeconds / 60)} minutes at most`,
      "policy/sign-in.yaml",
      "user unlock",
      "**Locking others out.**",
    ])
      expect(signingIn()).toContain(said);
    expect(address.longestSeconds).toBe(3_600);
    expect(signingIn()).toContain("an hour at most");
  });

  it("tells how long sessions last, and how many there are", () => {
    expect(signingIn()).toContain(`${String(session.hours)} hours after`);
    expect(signingIn()).toContain(`${String(session.idleMinutes)} minutes without a request`);
    expect(signingIn()).toContain("Five live at once: a sixth ends the oldest");
  });

  it("names every way in", () => {
    const open = Object.entries(OPERATIONS).flatMap(([coordinate, requirement]) =>
      "open" in requirement && coordinate.startsWith("Mutation.") ? [coordinate.slice(9)] : [],
    );
    expect(open).toHaveLength(3);
    const others = [
      "identity provider",
      "API token",
      "OAuth access token",
      "FIELDWARD_SCIM_TOKEN",
      "commands",
    ];
    for (const way of [...open, ...others]) expect(signingIn()).toContain(way);
    expect(signingIn()).toContain(`${String(secondFactor.enrolWithinHours)} hours from`);
  });

  it("tells which words a password must not hold", () => {
    const [, rules = ""] = signingIn().split("**Passwords**");
    expect(rules).toContain(`${String(passwords.shortest)} to 256 characters`);
    for (const word of ["`fieldward`", "the address before the @", "the name or a part of it"])
      expect(rules).toContain(word);
  });

  it("tells how access by the identity provider ends", () => {
    const provider = under(operations, "## OIDC and SCIM");
    for (const said of ["session.hours", "its own end", "Deactivation", "ends all sessions"])
      expect(provider).toContain(said);
  });
});

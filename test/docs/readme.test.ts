import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { DEMO_QUERY } from "../../src/cli/demo-query";
import { PACKAGE_DIR, readSettings, SETTING_NAMES } from "../../src/config";
import { ERRORS } from "../../src/domain/errors";

const read = (path: string): string => readFileSync(join(PACKAGE_DIR, path), "utf8");

const example = JSON.parse(read("docs/examples/first-query.json")) as {
  readonly query: string;
  readonly answers: Readonly<Record<string, object>>;
};

/** The contents of a page's code blocks of one language. */
function blocks(page: string, language: string): string[] {
  const found = page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, "gms"));
  return [...found].map(([, content = ""]) => content);
}

/** The rows of a page's tables whose first cell matches, as their cells without code marks. */
function tableRows(page: string, first: RegExp): string[][] {
  const rows = page.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.map((row) =>
    row.split(" | ").map((cell) => cell.replaceAll(/^[|\s]+|[|\s]+$/g, "").replaceAll(/^`|`$/g, "")),
  );
  return cells.filter(([cell = ""]) => first.test(cell));
}

/** Every value inside a value, itself first. */
function within(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  return [value, ...Object.values(value).flatMap(within)];
}

/** The value of the one field of that name somewhere inside. */
function fieldWithin(value: unknown, name: string): string | null | undefined {
  const holder = within(value).find((inner) => typeof inner === "object" && inner !== null && name in inner);
  return (holder as Record<string, string | null> | undefined)?.[name];
}

describe("the first query of the README", () => {
  const readme = read("README.md");

  it("is the example's and the demo's", () => {
    expect(blocks(readme, "graphql")).toEqual([DEMO_QUERY]);
    expect(example.query).toBe(DEMO_QUERY);
  });

  it("has no JSON that does not stand in the example", () => {
    const parts = within(example.answers);
    for (const block of blocks(readme, "json")) expect(parts).toContainEqual(JSON.parse(block));
  });

  it("has the example's values in its table, by field and caller", () => {
    const [, ...callers] = tableRows(readme, /^field$/)[0] ?? [];
    expect(callers).toEqual(Object.keys(example.answers));
    const rows = tableRows(readme, /^(?:externalRef|name|phone|email|consentState|body)$/);
    expect(rows).toHaveLength(6);
    for (const [field = "", ...cells] of rows) {
      const values = Object.values(example.answers).map((answer) => fieldWithin(answer, field));
      expect([field, ...cells]).toEqual([field, ...values.map((value) => String(value))]);
    }
  });
});

describe("the page of errors", () => {
  it("has every code of the catalogue once, with its status and text, and no other", () => {
    const page = read("docs/errors.md");
    const headings = [...page.matchAll(/^#+ ([A-Z_]+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(ERRORS));
    const sections = page.matchAll(/^## ([A-Z_]+)\n\n```text\n(\d{3}) (.+)\n```\n\n(?=\S)/gm);
    const documented = [...sections].map(([, code, status, text]) => [code, Number(status), text]);
    expect(documented).toEqual(
      Object.entries(ERRORS).map(([code, { status, text }]) => [code, status, text]),
    );
  });
});

describe("the table of settings", () => {
  const rows = tableRows(read("docs/operations.md"), /^FIELDWARD_\w+$/);

  it("has every setting once, and no other", () => {
    expect(rows.map(([name]) => name).sort()).toEqual([...SETTING_NAMES].sort());
  });

  it("has the defaults that are in force where nothing is set", () => {
    const defaults: Readonly<Record<string, string | number | undefined>> = readSettings({});
    for (const [name = "", documented] of rows) {
      const value = String(defaults[name] ?? "");
      const policyDir = name === "FIELDWARD_POLICY_DIR";
      expect([name, documented]).toEqual([name, policyDir ? relative(PACKAGE_DIR, value) : value]);
    }
  });
});

/** The anchor that a heading gets on the usual hosts. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

function anchors(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

const pages = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(PACKAGE_DIR, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => join("docs", path)),
];

describe.each(pages)("%s", (path) => {
  const page = read(path);
  const here = dirname(join(PACKAGE_DIR, path));

  it("has no link that leads nowhere", () => {
    const targets = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = targets.filter((target) => {
      if (/^https?:/.test(target)) return false;
      const [file = "", anchor] = target.split("#");
      const absolute = file === "" ? join(PACKAGE_DIR, path) : resolve(here, file);
      if (!existsSync(absolute)) return true;
      return anchor !== undefined && !anchors(readFileSync(absolute, "utf8")).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names no file of this repository that is not there", () => {
    const named = [...page.matchAll(/`((?:src|test|docs|policy|migrations|bench|schema)\/[\w./-]*)`/g)];
    expect(named.map(([, file = ""]) => file).filter((file) => !existsSync(join(PACKAGE_DIR, file)))).toEqual(
      [],
    );
  });
});

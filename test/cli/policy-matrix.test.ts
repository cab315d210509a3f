import "reflect-metadata";
import { Level } from "../../src/domain/category";
import { policyFields } from "../../src/cli/policy-fields";
import { policyMatrix } from "../../src/cli/policy-matrix";
import { matrixHtml } from "../../src/cli/policy-matrix-html";
import { matrixText } from "../../src/cli/policy-matrix-text";
import type { Policy } from "../../src/policy/policy";
import { defaultPolicy } from "../policy/principals";

const fields = policyFields();

/** A column of a matrix by name, as `field: word` of some fields. */
function column(policy: Policy, name: string, coordinates: readonly string[], purpose?: string) {
  const { columns, rows } = policyMatrix(policy, fields, purpose);
  const place = columns.findIndex((each) => each.name === name);
  return coordinates.map((coordinate) => {
    const cell = rows.find((row) => row.coordinate === coordinate)?.cells[place];
    const raised = cell?.elevated == null ? "" : ` ${Level[cell.elevated]} by elevation`;
    return `${Level[cell?.level ?? Level.HIDDEN]}${raised}`;
  });
}

/** The contrast of two colours (WCAG 2.2, "contrast ratio"): 1 to 21. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const full = hex.length === 4 ? hex.slice(1).replaceAll(/./g, "$&$&") : hex.slice(1);
    const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
      const part = Number.parseInt(full.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe("the matrix of who sees what", () => {
  it("has the levels of the design, of personal fields, open fields and operations", () => {
    const some = ["Customer.name", "Customer.phone", "Message.body", "Message.sentAt", "Query.customers"];
    expect(column(defaultPolicy, "support", some)).toEqual([
      "CLEAR",
      "MASKED CLEAR by elevation",
      "MASKED CLEAR by elevation",
      "CLEAR",
      "CLEAR",
    ]);
    expect(column(defaultPolicy, "billing", some)).toEqual(["TOKEN", "TOKEN", "HIDDEN", "CLEAR", "CLEAR"]);
    expect(column(defaultPolicy, "admin", some)).toEqual(some.map(() => "HIDDEN"));
    expect(column(defaultPolicy, "partner-basic", some)).toEqual([
      "HIDDEN",
      "TOKEN",
      "HIDDEN",
      "CLEAR",
      "CLEAR",
    ]);
  });

  it("has a row for every field that is more than structure, and a column for every role and scope set", () => {
    const { columns, rows } = policyMatrix(defaultPolicy, fields);
    expect(columns.map(({ name }) => name)).toEqual([
      ...defaultPolicy.roles.keys(),
      ...defaultPolicy.scopeSets.keys(),
    ]);
    expect(rows.map(({ coordinate }) => coordinate)).toEqual(fields.map(({ coordinate }) => coordinate));
    expect(fields.map(({ coordinate }) => coordinate)).toEqual(
      expect.arrayContaining(["Customer.phone", "ConsentRecord.evidence", "Mutation.login"]),
    );
    expect(fields.some(({ coordinate }) => coordinate === "CustomerConnection.edges")).toBe(false);
  });

  it("has under one purpose only those who may declare it, at its levels", () => {
    expect(policyMatrix(defaultPolicy, fields, "support").columns.map(({ name }) => name)).toEqual([
      "support",
      "compliance",
      "partner-basic",
      "partner-support",
    ]);
    const narrow = new Map([
      ...defaultPolicy.purposes,
      ["legal", { basis: "LEGAL_OBLIGATION", bit: undefined, levels: {}, case: null } as const],
    ]);
    const policy = { ...defaultPolicy, purposes: narrow };
    expect(column(policy, "compliance", ["Customer.phone"], "legal")).toEqual(["HIDDEN"]);
    expect(column(policy, "compliance", ["Customer.phone"], "support")).toEqual(["CLEAR"]);
    expect(column(policy, "compliance", ["Customer.phone"])).toEqual(["CLEAR"]);
  });

  it("is, as text, never wider than 120 columns, however many roles there are", () => {
    const roles = [...defaultPolicy.roles].flatMap(([name, role]) =>
      ["", "-of-the-northern-branch", "xxxxxxxxxxxxxxxxxxx"].map(
        (suffix) => [`${name}${suffix}`, role] as const,
      ),
    );
    const text = matrixText(policyMatrix({ ...defaultPolicy, roles: new Map(roles) }, fields));
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(text.match(/^ {2}phone /gm)?.length).toBeGreaterThan(1);
    expect(text).toContain("role admin\n  purposes: security\n");
  });

  it("is, as HTML, one page that loads nothing, with the word in each cell and readable colours", () => {
    const matrix = policyMatrix(defaultPolicy, fields);
    const html = matrixHtml(matrix);
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|https?:/i);
    expect(html.match(/<td class="(?:CLEAR|MASKED|TOKEN|HIDDEN|may|may-not)">/g)).toHaveLength(
      matrix.rows.length * matrix.columns.length,
    );
    for (const [, name = "", word = ""] of html.matchAll(
      /<td class="([^"]+)">([A-Za-z ]+?)(?: <small>|<\/td>)/g,
    )) {
      expect(word.replace(" ", "-")).toBe(name);
    }
    expect(html).toContain('<td class="MASKED">MASKED <small>CLEAR by elevation</small></td>');
    expect(html).toMatch(/<html lang="en">/);
    expect(html.match(/<caption>/g)).toHaveLength(2);
    const pairs = [...html.matchAll(/background: (#[0-9a-f]{3,6}); color: (#[0-9a-f]{3,6})/g)];
    expect(pairs.length).toBeGreaterThanOrEqual(4);
    for (const [, background = "", colour = ""] of pairs) {
      expect(contrast(background, colour)).toBeGreaterThanOrEqual(7);
    }
  });

  it("says who serves only customers who consented", () => {
    const { columns } = policyMatrix(defaultPolicy, fields);
    expect(columns.find(({ name }) => name === "partner-marketing")?.facts).toMatchObject({
      purposes: "marketing",
      "only with consent for": "marketing",
      writes: "messages, consents",
    });
  });
});

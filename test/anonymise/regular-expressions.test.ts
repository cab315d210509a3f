import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyse } from "scslre";
import * as ts from "typescript";

const ROOM = join(__dirname, "../../src/anonymise");

interface Written {
  readonly file: string;
  readonly expression: RegExp;
}

/** Regular expressions that stand in the sources as literals. */
function literals(): Written[] {
  const files = readdirSync(ROOM, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return files.flatMap((file) => literalsIn(file));
}

function literalsIn(file: string): Written[] {
  const found: Written[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      found.push({ file, expression: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(ROOM, file), "utf8"), ts.ScriptTarget.Latest));
  return found;
}

/** Those that the sources make of text, noted while they are loaded. */
function made(): Written[] {
  const found: Written[] = [];
  const Plain = RegExp;
  globalThis.RegExp = class extends Plain {
    constructor(pattern: string | RegExp, flags?: string) {
      super(pattern, flags);
      const caller = new Error().stack?.split("\n")[2] ?? "";
      const file = caller.split("/src/anonymise/")[1];
      if (file !== undefined) found.push({ file, expression: new Plain(pattern, flags) });
    }
  } as RegExpConstructor;
  try {
    jest.isolateModules(() => {
      jest.requireActual("../../src/anonymise/sms-detector");
    });
  } finally {
    globalThis.RegExp = Plain;
  }
  return found;
}

/** Only run on codes of at most 24 characters. */
const ON_SHORT_TEXT: ReadonlySet<string> = new Set(["recognisers/account.ts"]);

/** Why an expression can take longer than in proportion to a text: two ways to read the same characters, or to begin. */
function faultsOf({ expression }: Written): string[] {
  return analyse(expression).reports.map(({ type, exponential }) => (exponential ? "exponential" : type));
}

describe("the regular expressions of the anonymiser", () => {
  it("are read from the sources, those that are made of text too", () => {
    expect(literals().length).toBeGreaterThan(200);
    expect(made().map(({ file }) => file.split(":")[0])).toEqual(
      expect.arrayContaining(["recognisers/geo.ts", "recognisers/quantities.ts"]),
    );
  });

  it("take time in proportion to the text, whatever it is", () => {
    const slow = [...literals(), ...made()].flatMap((written) =>
      faultsOf(written).map((fault) => `${written.file}: ${String(written.expression)} is ${fault}`),
    );
    expect(slow.filter((line) => !ON_SHORT_TEXT.has(line.split(":")[0] ?? ""))).toEqual([]);
  });

  it.each([
    ["a repetition in a repetition", /^(?:a+)+$/, ["exponential"]],
    ["two repetitions of the same characters", /^\d+\d*x/, ["Trade"]],
    ["a repetition that every character begins again", /\d+x/, ["Move"]],
    ["separators between repetitions", /^(?:[a-z]+\.)+[a-z]+$/, []],
    ["bounded repetitions", /(?:\d{1,4} ?){1,8}x/, []],
  ])("are tried by a check that judges %s right", (_, expression, faults) => {
    expect(faultsOf({ file: "", expression })).toEqual(faults);
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Level } from "../../src/domain/category";
import { StartupError } from "../../src/domain/errors";
import { loadPolicy } from "../../src/policy/policy";
import { PolicyDirectory } from "../../src/policy/policy-source";
import { directory, load, PURPOSES } from "./policy-directory";

const ROLES = `support:
  levels: { account: CLEAR, contact: MASKED }
  purposes: [support, marketing]
  budget: 10
`;
const WIDER = ROLES.replace("MASKED", "CLEAR");

function opened(): PolicyDirectory {
  load(ROLES, PURPOSES);
  return new PolicyDirectory(directory);
}

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

describe("a policy directory that is read again", () => {
  it("is in force as it was until it is, and whole from then on", () => {
    const source = opened();
    const before = source.current;
    write("roles.yaml", WIDER);
    expect(source.current).toBe(before);
    const outcome = source.reload();
    expect(outcome).toEqual({ changed: true, from: before.revision, to: source.current.revision });
    expect(outcome.to).not.toBe(outcome.from);
    expect(source.current.roles.get("support")?.levels.contact).toBe(Level.CLEAR);
    expect(before.roles.get("support")?.levels.contact).toBe(Level.MASKED);
  });

  it("stays the same object where no byte changed", () => {
    const source = opened();
    const before = source.current;
    expect(source.reload()).toEqual({ changed: false, from: before.revision, to: before.revision });
    expect(source.current).toBe(before);
  });

  it.each([
    ["a file that is wrong", "roles.yaml", WIDER.replace("CLEAR }", "CLER }"), "Did you mean CLEAR?"],
    ["a file that is no YAML", "roles.yaml", "support: [", "roles.yaml:1"],
    [
      "a role without a budget",
      "roles.yaml",
      WIDER.replace(/ {2}budget.*\n/, ""),
      "role support has no budget",
    ],
    [
      "a consent bit that is another",
      "purposes.yaml",
      PURPOSES.replace("bit: 0", "bit: 1"),
      "has another bit",
    ],
    [
      "a consent bit that is gone",
      "purposes.yaml",
      PURPOSES.replace("basis: CONSENT\n  bit: 0", "basis: CONTRACT"),
      "purpose marketing has another bit",
    ],
  ])("is refused, and the old one stays in force, for %s", (_what, file, text, said) => {
    const source = opened();
    const before = source.current;
    write(file, text);
    const { refused, ...outcome } = source.reload();
    expect(outcome).toEqual({ changed: false, from: before.revision, to: before.revision });
    expect(refused).toContain(said);
    expect(source.current).toBe(before);
  });

  it("is refused where a purpose with a consent bit is gone, though nothing names it any more", () => {
    const source = opened();
    write("purposes.yaml", PURPOSES.slice(0, PURPOSES.indexOf("marketing")));
    write("roles.yaml", ROLES.replace(", marketing", ""));
    expect(source.reload().refused).toContain("purpose marketing is gone");
    expect(source.current.purposes.has("marketing")).toBe(true);
  });

  it("takes a new purpose with a bit of its own", () => {
    const source = opened();
    write("purposes.yaml", `${PURPOSES}news:\n  basis: CONSENT\n  bit: 2\n  levels: { contact: CLEAR }\n`);
    write("roles.yaml", ROLES.replace("marketing]", "marketing, news]"));
    expect(source.reload().changed).toBe(true);
    expect(source.current.purposes.get("news")?.bit).toBe(2);
  });

  it("is refused while its files are being written", () => {
    const texts = [ROLES, ROLES, WIDER];
    const source = new PolicyDirectory(directory, () => load(texts.shift() ?? WIDER, PURPOSES));
    const before = source.current;
    expect(source.reload().refused).toContain("changed while they were read");
    expect(source.current).toBe(before);
    expect(source.reload().changed).toBe(true);
  });

  it("never throws, and tells no cause that it does not know", () => {
    const loads = [
      () => load(ROLES, PURPOSES),
      () => {
        throw new Error("something of the system's");
      },
    ];
    const source = new PolicyDirectory(directory, () => (loads.shift() ?? (() => loadPolicy(directory)))());
    expect(source.reload().refused).toBe("The policy files cannot be read.");
  });

  it("is refused at the start by what is wrong with its files", () => {
    load(ROLES, PURPOSES);
    write("roles.yaml", "support: []\n");
    expect(() => new PolicyDirectory(directory)).toThrow(StartupError);
  });

  it("is refused at the start by all that it would be refused by later, with role, purpose and mend", () => {
    load(
      ROLES.replace(/ {2}budget.*\n/, "").replace("contact: MASKED", "contact: MASKED, content: MASKED"),
      `${PURPOSES}news:\n  basis: CONTRACT\n  levels: { contact: CLEAR }\n`,
      { "scope-sets.yaml": "app:\n  scopes: [contact:token]\n  purposes: [support]\n" },
    );
    const start = () => new PolicyDirectory(directory);
    expect(start).toThrow(StartupError);
    expect(start).toThrow(`The policy files of ${directory} do not fit together:`);
    for (const fault of [
      "role support has no budget. Say how many customers it may see at CLEAR in an hour.",
      "role support sees content, which none of its purposes allows. Leave it out, or add the purpose.",
      "purpose news may be declared by no role and no scope set. Name it in one, or remove it.",
    ])
      expect(start).toThrow(fault);
  });
});

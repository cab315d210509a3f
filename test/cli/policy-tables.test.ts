import "reflect-metadata";
import { PolicyTables } from "../../src/cli/policy-tables";
import type { PolicyTable } from "../../src/policy/tests-file";
import { defaultPolicy } from "../policy/principals";

/** What fails of a table that expects contact at CLEAR under an elevation. */
function failedFor(role: string, purpose: string) {
  const table: PolicyTable = {
    principal: ["somebody"],
    purpose: [purpose],
    customer: { status: "ACTIVE", consents: [], otherTenant: false },
    elevated: ["contact"],
    expect: { contact: "CLEAR" },
  };
  return new PolicyTables(defaultPolicy, new Map(), { somebody: { role, trained: true } }).check(table, 0)
    .failed;
}

describe("a table with an elevation", () => {
  it("holds where the role can be elevated", () => {
    expect(failedFor("support", "support")).toEqual([]);
  });

  it("fails where the role cannot, and says what it gets", () => {
    expect(failedFor("billing", "billing")).toMatchObject([
      {
        of: "contact",
        expected: "CLEAR",
        got: "TOKEN",
        because: "TOKEN on contact is what role billing allows",
      },
    ]);
  });
});

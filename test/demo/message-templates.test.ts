import { makeDemoData } from "../../src/demo/demo-data";
import type { TemplatedCustomer } from "../../src/demo/demo-records";
import { drawFacts, fillTemplate } from "../../src/demo/message-facts";
import { SeededRandom } from "../../src/demo/seeded-random";
import { TEMPLATES_BY_LANGUAGE } from "../../src/demo/templates-by-language";
import { TENANT_PROFILES } from "../../src/demo/tenant-profiles";

const NOW = new Date("2026-03-01T12:00:00Z");
const [profile] = TENANT_PROFILES;
const [customer] = makeDemoData(1, NOW).customers;
if (profile === undefined || customer === undefined) throw new Error("the demo data is empty");
const person: TemplatedCustomer = { ...customer, language: "en" };
const facts = drawFacts(new SeededRandom(1), profile, person, NOW);

describe.each(Object.entries(TEMPLATES_BY_LANGUAGE))("the templates of %s", (_language, { scripts }) => {
  const turns = Object.values(scripts).flat(2);

  it("name only facts that there are", () => {
    const bodies = turns.map((turn) => fillTemplate(turn, facts));
    expect(bodies.filter((body) => /[{}]/.test(body))).toEqual([]);
  });

  it("say of every turn whose it is", () => {
    expect(turns.filter((turn) => !/^[<>] \S/.test(turn))).toEqual([]);
  });

  it("offer STOP in marketing, which is one turn, and in no other outbound turn", () => {
    const offers = scripts.marketing.flat();
    expect(offers).toHaveLength(scripts.marketing.length);
    expect(turns.filter((turn) => turn.startsWith("> ") && turn.includes("STOP"))).toEqual(offers);
  });
});

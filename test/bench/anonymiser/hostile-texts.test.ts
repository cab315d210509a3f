import { HOSTILE_TEXTS } from "../../../bench/anonymiser/hostile-texts";

describe("hostile texts", () => {
  it("are exactly as long as asked for", () => {
    for (const { build } of HOSTILE_TEXTS)
      for (const length of [0, 1, 7, 200, 3_200]) expect(build(length)).toHaveLength(length);
  });

  it("have a name each and differ", () => {
    expect(new Set(HOSTILE_TEXTS.map(({ name }) => name)).size).toBe(HOSTILE_TEXTS.length);
    expect(new Set(HOSTILE_TEXTS.map(({ build }) => build(3_200))).size).toBe(HOSTILE_TEXTS.length);
  });
});

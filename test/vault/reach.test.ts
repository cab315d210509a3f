import { FieldwardError, StartupError } from "../../src/domain/errors";
import { reachVault } from "../../src/vault/reach";

const failureOf = (error: unknown): Promise<unknown> =>
  reachVault(() => Promise.reject(error as Error)).catch((failure: unknown) => failure);

describe("work that needs keys", () => {
  it("answers what it makes", async () => {
    await expect(reachVault(() => Promise.resolve("done"))).resolves.toBe("done");
  });

  it.each([
    ["a database that is down", new Error("ECONNREFUSED")],
    ["a wrapped key that does not open", new RangeError("a key has 32 bytes")],
    ["something that is no error", "text"],
  ])("is VAULT_UNAVAILABLE because of %s, which is its cause", async (_why, cause) => {
    const failure = await failureOf(cause);
    expect(failure).toBeInstanceOf(FieldwardError);
    expect(failure).toMatchObject({ code: "VAULT_UNAVAILABLE", status: 503, cause });
    // Nothing of the cause is in what the client reads.
    expect(String(failure)).not.toContain(String(cause));
  });

  it("is VAULT_UNAVAILABLE where it fails before it waits", async () => {
    const failure: unknown = await reachVault(() => {
      throw new TypeError("not a function");
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "VAULT_UNAVAILABLE" });
  });

  it.each([new FieldwardError("ERASED"), new FieldwardError("VAULT_UNAVAILABLE")])(
    "passes on what has a name already: %s",
    async (error) => {
      expect(await failureOf(error)).toBe(error);
    },
  );

  it("keeps the mend that a fault of the set-up names as the cause", async () => {
    const error = new StartupError("No key.");
    expect(await failureOf(error)).toMatchObject({ code: "VAULT_UNAVAILABLE", cause: error });
  });
});

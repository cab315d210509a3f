import * as fc from "fast-check";
import { connectionFault, mayPass, ProviderFault } from "../../../src/vault/providers/provider-call";

const withCode = (code: unknown, cause?: unknown) => Object.assign(new Error("said", { cause }), { code });

describe("the fault of an attempt", () => {
  it.each(["HTTP_503", "ECONNRESET", "InvalidCiphertextException", "com.example:Throttled-2"])(
    "is a status or a code: %s",
    (code) => {
      expect(new ProviderFault(code, false).message).toBe(code);
    },
  );

  it("is nothing else that an answer may hold in the place of a code", () => {
    const foreign = fc.oneof(
      fc.string().filter((text) => !/^[\w.:-]{1,64}$/.test(text)),
      fc.string({ minLength: 65 }),
    );
    fc.assert(
      fc.property(foreign, (code) => {
        expect(new ProviderFault(code, false).message).toBe("UNKNOWN");
      }),
    );
  });

  it.each([
    ["ECONNREFUSED", true],
    ["EAI_AGAIN", true],
    ["ENOTFOUND", true],
    ["UND_ERR_SOCKET", true],
    ["UND_ERR_HEADERS_TIMEOUT", true],
    ["CERT_HAS_EXPIRED", false],
    ["ERR_TLS_CERT_ALTNAME_INVALID", false],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", false],
  ])("may pass where it is the network's, and not where it is a certificate's: %s", (code, again) => {
    expect(connectionFault(withCode(code))).toMatchObject({ message: code, again });
    expect(connectionFault(new TypeError("fetch failed", { cause: withCode(code) }))).toMatchObject({
      message: code,
      again,
    });
  });

  it.each([new Error("said"), withCode(20), "ECONNREFUSED", undefined, null])(
    "is not the network's where there is no code",
    (error) => {
      expect(connectionFault(error)).toBeUndefined();
    },
  );

  it("may pass with 429 and from 500 on", () => {
    const statuses = [200, 307, 400, 401, 403, 404, 409, 428, 429, 430, 499, 500, 503, 599];
    expect(statuses.filter(mayPass)).toEqual([429, 500, 503, 599]);
  });
});

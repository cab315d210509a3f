import { sendRaw, type RawAnswer } from "../graphql/answers";
import { engines } from "../support/engines";
import { openTestGateway, type Caller, type TestGateway } from "../support/gateway";

const json = { "content-type": "application/json" };
const ME = JSON.stringify({ query: "{ me { id } }" });

interface Bad {
  readonly init: RequestInit;
  readonly status: number;
  readonly code: string;
}

const BAD: Readonly<Record<string, Bad>> = {
  "an empty body": { init: { body: "", headers: json }, status: 400, code: "BAD_USER_INPUT" },
  "no body": { init: { headers: json }, status: 400, code: "BAD_USER_INPUT" },
  "a body that is not JSON": { init: { body: "{ me }", headers: json }, status: 400, code: "BAD_USER_INPUT" },
  "a body that is a number": { init: { body: "1", headers: json }, status: 400, code: "BAD_USER_INPUT" },
  "a body that is null": { init: { body: "null", headers: json }, status: 400, code: "BAD_USER_INPUT" },
  "a batch": { init: { body: `[${ME},${ME}]`, headers: json }, status: 400, code: "BAD_USER_INPUT" },
  "no query": { init: { body: "{}", headers: json }, status: 400, code: "BAD_USER_INPUT" },
  "a prototype in the body": {
    init: { body: `{"query":"{ me { id } }","variables":{"__proto__":{"a":1}}}`, headers: json },
    status: 400,
    code: "BAD_USER_INPUT",
  },
  "a persisted query": {
    init: {
      body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: "a".repeat(64) } } }),
      headers: json,
    },
    status: 400,
    code: "BAD_USER_INPUT",
  },
  "a body of 10 MB": {
    init: { body: JSON.stringify({ query: "x".repeat(10_000_000) }), headers: json },
    status: 400,
    code: "BAD_USER_INPUT",
  },
  "a form": {
    init: { body: new URLSearchParams({ query: "{ me { id } }" }) },
    status: 400,
    code: "BAD_USER_INPUT",
  },
  "plain text": {
    init: { body: ME, headers: { "content-type": "text/plain" } },
    status: 400,
    code: "BAD_USER_INPUT",
  },
  XML: {
    init: { body: "<a/>", headers: { "content-type": "application/xml" } },
    status: 400,
    code: "BAD_USER_INPUT",
  },
  "a malformed token": {
    init: { body: ME, headers: { ...json, authorization: "Bearer fw_larkfield_x" } },
    status: 401,
    code: "UNAUTHENTICATED",
  },
  "another scheme": {
    init: { body: ME, headers: { ...json, authorization: "Basic YTpi" } },
    status: 401,
    code: "UNAUTHENTICATED",
  },
  "an unknown purpose": {
    init: { body: ME, headers: { ...json, "fieldward-purpose": "curiosity" } },
    status: 403,
    code: "PURPOSE_NOT_ALLOWED",
  },
  "a malformed purpose": {
    init: { body: ME, headers: { ...json, "fieldward-purpose": "support; nosuch=1" } },
    status: 400,
    code: "BAD_USER_INPUT",
  },
  "a GET": { init: { method: "GET", headers: json }, status: 404, code: "NOT_FOUND" },
  "a PUT": { init: { method: "PUT", body: ME, headers: json }, status: 404, code: "NOT_FOUND" },
};

describe.each(engines)("a bad request on $name", (engine) => {
  let gateway: TestGateway;
  let caller: Caller;
  beforeAll(async () => {
    gateway = await openTestGateway(engine);
    caller = await gateway.staff("support", "support");
  });
  afterAll(() => gateway.close());

  function expectRefusal(answer: RawAnswer, status: number, code: string): void {
    expect({ text: answer.text, status: answer.status }).toEqual({ text: answer.text, status });
    expect(answer.headers.get("content-type")).toMatch(/^application\/(?:json|graphql-response\+json)/);
    expect(JSON.parse(answer.text)).toMatchObject({
      errors: [
        {
          message: expect.any(String),
          extensions: { code, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        },
      ],
    });
    expect(answer.text).not.toMatch(/"stacktrace"|\bat .+:\d+:\d+|node_modules/);
  }

  it.each(Object.entries(BAD))(
    "is refused in the catalogue's words: %s",
    async (_, { init, status, code }) => {
      expectRefusal(await sendRaw(gateway.url, init, caller), status, code);
    },
  );

  it.each(["/", "/nosuch", "/graphql/x", "/graphql?query={me{id}}", "/graphql?query=mutation{logout}"])(
    "finds nothing by GET %s",
    async (path) => {
      expectRefusal(
        await sendRaw(gateway.url.replace("/graphql", path), { method: "GET" }, caller),
        404,
        "NOT_FOUND",
      );
    },
  );

  it.each([
    `{ customer(id: 0) { id } }`,
    `{ customer(id: "0") { id } }`,
    `{ message(id: 0) { id } }`,
    `{ customer(id: "' OR 1=1 --") { id } }`,
  ])("finds no row by what is no id: %s", async (query) => {
    expect(await gateway.query(caller, query)).toMatchObject({
      status: 200,
      data: expect.objectContaining({}),
    });
    expect(JSON.stringify((await gateway.query(caller, query)).data)).toMatch(/null/);
  });

  it.each([[true], [[]], [["a", "b"]], [{}], [1.5], [null]])("takes no %j for an id", async (id) => {
    const answer = await gateway.query(caller, "query ($id: ID!) { customer(id: $id) { id } }", { id });
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  });

  it.each([[true], [0], [{ "": 1 }], [["a", "b"]]])("takes no %j for a filter text", async (value) => {
    for (const field of ["externalRef", "phone", "country"]) {
      const answer = await gateway.query(
        caller,
        "query ($filter: CustomerFilter) { customers(filter: $filter) { totalCount } }",
        { filter: { [field]: value } },
      );
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
    }
  });
});

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON; nothing is sent where it is left out. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes wrong with one request; `throttled` and `denied` in the words of the provider. */
export type Fault = "throttled" | "denied" | "silent" | "cut off" | "not JSON" | "too long" | "broken";

/** How a provider says the faults that are its own. */
export type ProviderFaults = Readonly<Record<"throttled" | "denied" | "broken", Answer>>;

/** A provider on a port of this machine that keeps what arrived, and answers the next requests with faults if told to. */
export interface LocalServer {
  readonly url: string;
  readonly received: Received[];
  /** For the next requests, one each. */
  readonly faults: Fault[];
  /** For every request, once `faults` is empty. */
  everyFault: Fault | undefined;
  readonly close: () => Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, { "content-type": "application/json", "content-length": length, ...headers });
  response.end(text);
}

function fail(response: ServerResponse, fault: Fault, own: ProviderFaults): void {
  switch (fault) {
    case "throttled":
    case "denied":
    case "broken":
      send(response, own[fault]);
      return;
    case "silent":
      return;
    case "cut off":
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"data":', () => response.destroy());
      return;
    case "not JSON":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html><body>Sign in to the guest network</body></html>");
      return;
    case "too long":
      send(response, { status: 200, body: { data: "x".repeat(2_000_000) } });
  }
}

/** Starts a provider of which `answer` is what it does. */
export async function listen(
  answer: (request: Received) => Answer,
  faultsOfItsOwn: ProviderFaults,
): Promise<LocalServer> {
  const received: Received[] = [];
  const faults: Fault[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", headers } = request;
    const url = new URL(request.url ?? "", "http://127.0.0.1");
    const arrived = { method, url, headers, body: await bodyOf(request) };
    received.push(arrived);
    const fault = faults.shift() ?? local.everyFault;
    if (fault === undefined) send(response, answer(arrived));
    else fail(response, fault, faultsOfItsOwn);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const local: LocalServer = {
    url: `http://127.0.0.1:${String(port)}`,
    received,
    faults,
    everyFault: undefined,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return local;
}

import { Agent, request } from "node:http";
import type { RunningServer } from "../target";
import type { HttpAnswer } from "./verdict";

const TIMEOUT_MS = 15_000;

/** Sends requests over a few connections that are kept alive. */
export class GraphqlClient {
  readonly #agent: Agent;

  constructor(
    private readonly server: Pick<RunningServer, "url" | "headers">,
    connections: number,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send(body: string): Promise<HttpAnswer> {
    const headers = {
      "content-type": "application/json",
      accept: "application/json",
      "content-length": Buffer.byteLength(body),
      ...this.server.headers,
    };
    return new Promise((resolve, reject) => {
      const options = { method: "POST", headers, agent: this.#agent, timeout: TIMEOUT_MS };
      const sent = request(this.server.url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on("timeout", () => sent.destroy(new Error("timeout")));
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

/** The load client's process: takes a `LoadJob` from its parent, answers with a `LoadReply`. */
import { performance } from "node:perf_hooks";
import { HttpConnection, type Answer } from "./http-connection";
import type { LoadJob, LoadReply, LoadResult } from "./job";

function requestBytes(job: LoadJob, body: string): Buffer {
  const { host, pathname, search } = new URL(job.url);
  const headers = {
    host,
    "content-type": "application/json",
    accept: "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...job.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

function checkAnswer(answer: Answer, usualBytes: number | undefined): void {
  if (answer.status !== 200 || answer.hasErrors) {
    throw new Error(
      `Answer with status ${String(answer.status)}${answer.hasErrors ? " and errors" : ""} under load.`,
    );
  }
  if (usualBytes !== undefined && answer.bytes !== usualBytes) {
    throw new Error(
      `The same request was answered with ${String(usualBytes)} and ${String(answer.bytes)} bytes.`,
    );
  }
}

async function runJob(job: LoadJob): Promise<LoadResult> {
  const { hostname, port } = new URL(job.url);
  const requests = job.bodies.map((body) => requestBytes(job, body));
  const usualBytes: number[] = [];
  const latenciesMs: number[] = [];
  const countFrom = performance.now() + job.warmUpMs;
  const countUntil = countFrom + job.measureMs;
  let next = 0;

  const client = async (): Promise<void> => {
    const connection = await HttpConnection.open(hostname, Number(port));
    for (;;) {
      const index = next++ % requests.length;
      const request = requests[index];
      const sentAt = performance.now();
      if (request === undefined || sentAt >= countUntil) break;
      const answer = await connection.exchange(request);
      const now = performance.now();
      checkAnswer(answer, usualBytes[index]);
      usualBytes[index] = answer.bytes;
      if (now >= countFrom && now < countUntil) latenciesMs.push(now - sentAt);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: job.clients }, client));
  return summarise(latenciesMs, job.measureMs);
}

function summarise(latenciesMs: number[], measureMs: number): LoadResult {
  if (latenciesMs.length === 0) throw new Error("No answer in the time measured; give it more --seconds.");
  const sorted = latenciesMs.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return {
    requestsPerSecond: (sorted.length / measureMs) * 1_000,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    requests: sorted.length,
  };
}

process.on("message", (job: LoadJob) => {
  const reply = (message: LoadReply): void => {
    process.send?.(message);
  };
  runJob(job).then(
    (result) => {
      reply({ result });
    },
    (error: unknown) => {
      reply({ error: error instanceof Error ? error.message : String(error) });
    },
  );
});
process.on("disconnect", () => process.exit(0));

/** `npm run bench -- rotation`: every key rotated and customers shredded while others read, on MariaDB and on SQLite. */
import { loadavg } from "node:os";
import { Dataset } from "../data";
import { report } from "../progress";
import { readRotationOptions, type Engine, type RotationOptions } from "./options";
import { PastTheGateway } from "./past-the-gateway";
import { makePlace, type Place } from "./place";
import { ReaderClient } from "./reader-client";
import { formatEngine, isPassed, jsonOf, type EngineResult } from "./results";
import { rotateAll } from "./rotate-all";
import { fillPlace, startServing } from "./serving";
import { shredSome } from "./shred-some";

const MESSAGES_OF_CUSTOMER = 5;
const LEAST_CUSTOMERS = 400;

const loadAverage = (): number => loadavg()[0] ?? NaN;

/** Measures at a place whose databases are filled and served. */
async function measure(
  place: Place,
  options: RotationOptions,
  dataset: Dataset,
  readers: ReaderClient,
): Promise<EngineResult> {
  const past = await PastTheGateway.open(place);
  try {
    await past.analyse(place.engine);
    const loadBefore = loadAverage();
    const first = await readers.walk();
    if (first.failures > 0) throw new Error(`${String(first.failures)} pages are not as they were stored.`);
    const bench = { options, place, past, readers };
    const rotation = await rotateAll(bench);
    const shredding = await shredSome(bench, dataset, rotation.perSecond);
    const { customers, messages } = dataset.parameters;
    const load = [loadBefore, loadAverage()] as const;
    return { engine: place.engine, loadAverage: load, customers, messages, rotation, shredding };
  } finally {
    await past.close();
  }
}

async function benchEngine(engine: Engine, options: RotationOptions): Promise<EngineResult> {
  const { rows, seed, clients } = options;
  const customers = Math.max(LEAST_CUSTOMERS, Math.ceil(rows / MESSAGES_OF_CUSTOMER));
  const dataset = new Dataset({ customers, messages: rows, seed });
  const place = await makePlace(engine, options);
  const readers = new ReaderClient();
  try {
    const headers = await fillPlace(place, dataset);
    report(`${engine}: filled`);
    const server = await startServing(place, headers);
    try {
      await readers.connect({ url: server.url, headers, data: dataset.parameters, clients });
      return await measure(place, options, dataset, readers);
    } finally {
      await server.stop();
    }
  } finally {
    readers.end();
    await place.remove();
  }
}

/** @returns Whether every bar is kept, on every engine. */
export async function benchRotation(argv: readonly string[]): Promise<boolean> {
  const options = readRotationOptions(argv);
  const results: EngineResult[] = [];
  for (const engine of options.engines) {
    const result = await benchEngine(engine, options);
    results.push(result);
    if (!options.json) process.stdout.write(`${formatEngine(result)}\n\n`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results.map(jsonOf), null, 2)}\n`);
  return results.every(isPassed);
}

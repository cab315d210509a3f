import type { Dataset } from "./data";
import { startProgress, type Progress } from "./progress";
import type { BenchSink } from "./target";

const BATCH_ROWS = 1_000;

/** Streams the whole data set into the sink; while a batch is being stored the next is made. */
export async function fill(sink: BenchSink, dataset: Dataset, title: string): Promise<void> {
  const { customers, messages } = dataset.parameters;
  const progress = startProgress(title, customers + messages);
  await pour(dataset.customers, (batch) => sink.customers(batch), progress);
  await pour(dataset.consents(), (batch) => sink.consents(batch));
  await pour(dataset.messages(), (batch) => sink.messages(batch), progress);
  progress.stop();
  await sink.finish();
}

async function pour<Row>(
  rows: Iterable<Row>,
  store: (batch: readonly Row[]) => Promise<void>,
  progress?: Progress,
): Promise<void> {
  let storing = Promise.resolve();
  for (const batch of inBatches(rows)) {
    await storing;
    storing = store(batch).then(() => progress?.advance(batch.length));
  }
  await storing;
}

function* inBatches<Row>(rows: Iterable<Row>): Generator<Row[]> {
  let batch: Row[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

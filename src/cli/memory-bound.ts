import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const BOUND_BYTES = 200 * 1024 * 1024;
const BATCHES_BETWEEN = 5;

/**
 * Keeps a long run within its memory: V8 lets garbage lie as long as the machine has room, so that a file of gigabytes would
 * take far more than its 60 MB of living objects. Called after each batch, it collects once the process has grown past
 * 200 MB, and at most at every fifth batch.
 */
export function memoryBound(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let batches = 0;
  return () => {
    batches += 1;
    if (batches < BATCHES_BETWEEN || process.memoryUsage.rss() < BOUND_BYTES) return;
    batches = 0;
    collect();
  };
}

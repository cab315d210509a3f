/**
 * A process that holds keys; its argument is where the heap snapshot goes.
 *
 * It reads secrets of 32 bytes from stdin, holds all but the last in key memory, keeps the last as a hexadecimal string on
 * purpose, writes a heap snapshot, prints how many keys it holds and ends.
 */
import { readFileSync } from "node:fs";
import { writeHeapSnapshot } from "node:v8";
import { KeyMemory, type HeldKey } from "../../src/crypto/key-memory";

const SECRET_BYTES = 32;
const [, , snapshot] = process.argv;
const secrets = readFileSync(process.stdin.fd);
const memory = new KeyMemory();
const held: HeldKey[] = [];
const last = secrets.length - SECRET_BYTES;
for (let from = 0; from < last; from += SECRET_BYTES) {
  held.push(memory.hold(secrets.subarray(from, from + SECRET_BYTES)));
}
const careless = { kept: secrets.toString("hex", last) };
writeHeapSnapshot(snapshot);
process.stdout.write(JSON.stringify({ held: held.length, careless: careless.kept.length }));

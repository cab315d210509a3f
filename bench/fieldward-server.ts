/** Fieldward as a child of the benchmark: serves with everything on, and prints where and as whom, in one line of JSON. */
import { randomBytes } from "node:crypto";
import { makeLog, openFieldward, serve } from "../src/main";
import { fieldwardSettings } from "./fieldward-settings";

const DAY_MS = 86_400_000;

async function main(): Promise<void> {
  const [mysqlUrl] = process.argv.slice(2);
  if (mysqlUrl === undefined) throw new Error("usage: fieldward-server mysql://user:password@host:port");
  const settings = fieldwardSettings(mysqlUrl);
  const fieldward = await openFieldward(settings, { log: makeLog(settings), clock: Date.now });
  const { accounts, sessions } = fieldward.services;
  const staffId = await accounts.addStaff({
    email: `bench.${randomBytes(8).toString("hex")}@staff.example.com`,
    name: "Bench Caller",
    role: "bench",
    password: randomBytes(18).toString("base64url"),
    trainedUntil: new Date(Date.now() + DAY_MS),
  });
  const { token } = await sessions.open(staffId, { secondFactor: true });
  const serving = await serve(fieldward, settings);
  const stop = async (): Promise<void> => {
    await serving.stop();
    await fieldward.close();
    process.exit(0);
  };
  for (const event of ["SIGINT", "SIGTERM", "disconnect"]) process.once(event, () => void stop());
  process.stdout.write(`${JSON.stringify({ url: serving.url, token })}\n`);
}

void main();

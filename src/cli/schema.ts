import { buildSchemas, printedSchema } from "../graphql/schema";
import { print } from "./terminal";

/** `fieldward schema print` */
export function printSchema(): Promise<void> {
  print(printedSchema(buildSchemas().schema).trimEnd());
  return Promise.resolve();
}

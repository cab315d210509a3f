import type { Command } from "commander";
import {
  reindexValues,
  resealValues,
  rewrapKeys,
  rotateKeys,
  type ReindexOptions,
  type RotateOptions,
} from "./keys";
import type { RunOptions } from "./keys-runner";
import { shredKeys, type ShredOptions } from "./keys-shred";
import { rotateSessionKeys } from "./keys-sessions";
import { keyStatus } from "./keys-status";
import { command, settingsHere, type ReportOptions } from "./terminal";

const JSON_OPTION = ["--json", "print one line of JSON, and progress as lines of JSON"] as const;
const SHARE_OPTION = ["--share <share>", "how much of the time it works, from 0.01 to 1", "0.5"] as const;

function longWork(keys: Command): void {
  keys
    .command("rewrap")
    .description("bring every key under the newest key above it; values are not touched")
    .option(...SHARE_OPTION)
    .option(...JSON_OPTION)
    .action(command((options: RunOptions) => rewrapKeys(settingsHere(), options)));
  keys
    .command("reseal")
    .description("give every customer a new data key and seal all values under it, while serving")
    .option(...SHARE_OPTION)
    .option(...JSON_OPTION)
    .action(command((options: RunOptions) => resealValues(settingsHere(), options)));
  keys
    .command("reindex")
    .description("rotate the key of the blind indexes, while serving; their pseudonyms change with it")
    .option(...SHARE_OPTION)
    .option(...JSON_OPTION)
    .option("--leave-failed", "leave behind what cannot be opened: it will not be found any more")
    .action(command((options: ReindexOptions) => reindexValues(settingsHere(), options)));
}

/** `fieldward keys …` */
export function keysCommands(program: Command): void {
  const keys = program.command("keys").description("keys: rotation and shredding");
  keys
    .command("status")
    .description("keys by version, and what is left of a rotation")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => keyStatus(settingsHere(), options)));
  keys
    .command("rotate")
    .description("make a new key-encryption key; then run rewrap")
    .option("--tenant <slug>", "of one tenant, which has a key of its own from then on")
    .option("--provider <spec>", "under another provider, as FIELDWARD_KEY_PROVIDER names it")
    .option("--kek-only", "leave the provider's own key at its version")
    .option(
      "--destroy-older-than <age>",
      "destroy what wrapped nothing for so long, such as 30d: older backups of the vault end with it",
    )
    .option(...JSON_OPTION)
    .action(command((options: RotateOptions) => rotateKeys(settingsHere(), options)));
  keys
    .command("rotate-sessions")
    .description(
      "sign sessions and access tokens by new keys: every one there is ends, everybody signs in again",
    )
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => rotateSessionKeys(settingsHere(), options)));
  longWork(keys);
  keys
    .command("shred [customers...]")
    .description("destroy the keys of customers, by id, and empty their sealed columns; for good")
    .option("--yes", "do it")
    .option("--replay", "shred again what a restored backup has brought back")
    .option(...JSON_OPTION)
    .action(
      command((customers: string[], options: ShredOptions) => shredKeys(settingsHere(), customers, options)),
    );
}

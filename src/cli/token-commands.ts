import type { Command } from "commander";
import { command, settingsHere, type ReportOptions } from "./terminal";
import {
  createToken,
  freezeToken,
  listTokens,
  revokeToken,
  rotateToken,
  unfreezeToken,
  type CreateTokenOptions,
  type FreezeTokenOptions,
  type RotateTokenOptions,
} from "./token";
import { suggestToken, type SuggestOptions } from "./token-suggest";

const JSON_OPTION = ["--json", "print one line of JSON"] as const;

function issuing(token: Command): void {
  token
    .command("create")
    .description("issue a token; its secret is shown once")
    .requiredOption("--tenant <slug>", "the tenant that it sees")
    .requiredOption("--name <name>", "what it is for")
    .requiredOption("--scope <scope...>", "for example contact:masked contact:lookup messages:write")
    .requiredOption("--purpose <purpose...>", "purposes that it may declare")
    .option("--days <days>", "how long it lives, at most 365", "90")
    .option("--allow-ip <network...>", "addresses and networks (CIDR) that it may be used from; default: any")
    .option("--certificate <file>", "bind it to the client certificate in this PEM file")
    .option(...JSON_OPTION)
    .action(command((options: CreateTokenOptions) => createToken(settingsHere(), options)));
  token
    .command("list")
    .description("list tokens, never their secrets")
    .option("--tenant <slug>", "those of one tenant")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => listTokens(settingsHere(), options)));
  token
    .command("rotate <id>")
    .description("give a token a new secret; the old one lives on for a grace")
    .option("--grace-hours <hours>", "how long the old secret is still good, 0 to 168", "24")
    .option("--days <days>", "give it a new end, so many days from now")
    .option(...JSON_OPTION)
    .action(command((id: string, options: RotateTokenOptions) => rotateToken(settingsHere(), id, options)));
}

function ending(token: Command): void {
  token
    .command("revoke <id>")
    .description("end a token, with its secrets and access tokens")
    .option(...JSON_OPTION)
    .action(command((id: string, options: ReportOptions) => revokeToken(settingsHere(), id, options)));
  token
    .command("freeze <id>")
    .description("stop a token, or a member of staff, until somebody has looked")
    .requiredOption("--reason <text>", "why: it goes into an alert, sealed")
    .option(...JSON_OPTION)
    .action(command((id: string, options: FreezeTokenOptions) => freezeToken(settingsHere(), id, options)));
  token
    .command("unfreeze <id>")
    .description("let a frozen token be used again")
    .option(...JSON_OPTION)
    .action(command((id: string, options: ReportOptions) => unfreezeToken(settingsHere(), id, options)));
}

/** `fieldward token …` */
export function tokenCommands(program: Command): void {
  const token = program.command("token").description("API tokens of partner apps");
  issuing(token);
  ending(token);
  token
    .command("suggest <name-or-id>")
    .description("compare what a token may do with what it did, and print the smaller one")
    .option("--days <days>", "how far back to look", "30")
    .option(...JSON_OPTION)
    .action(
      command((nameOrId: string, options: SuggestOptions) => suggestToken(settingsHere(), nameOrId, options)),
    );
}

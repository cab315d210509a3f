#!/usr/bin/env node
import "reflect-metadata";
import { Command, CommanderError } from "commander";
import { VERSION } from "../main";
import { anonymise, type AnonymiseOptions } from "./anonymise";
import { anonymiseTwins } from "./anonymise-twins";
import { verifyAudit } from "./audit";
import { demo } from "./demo";
import { exportCommands } from "./export-commands";
import { importMessageFile, type ImportCommandOptions } from "./import";
import { init } from "./init";
import { checkMigrations, runMigrations } from "./migrate";
import { keysCommands } from "./keys-commands";
import { policyCommands } from "./policy-commands";
import { printSchema, type SchemaOptions } from "./schema";
import { serveCommand } from "./serve";
import { addTenant, listTenants, type AddTenantOptions } from "./tenant";
import { command, settingsHere, type ReportOptions } from "./terminal";
import { tokenCommands } from "./token-commands";
import { userCommands } from "./user-commands";

const JSON_OPTION = ["--json", "print one line of JSON"] as const;

function running(program: Command): void {
  program
    .command("demo")
    .description("serve a demo with fictional customers, making what is missing")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => demo(settingsHere(), options)));
  program
    .command("serve")
    .description("serve with the settings of the environment or of .env")
    .action(command(() => serveCommand(settingsHere())));
  program
    .command("init")
    .description("run migrations and make keyset and keys; what is there stays")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => init(settingsHere(), options)));
  program
    .command("migrate")
    .description("run pending migrations")
    .option("--check", "change nothing; exit 1 where migrations are pending or the schema has drifted")
    .option(...JSON_OPTION)
    .action(
      command((options: ReportOptions & { check?: boolean }) =>
        options.check === true
          ? checkMigrations(settingsHere(), options)
          : runMigrations(settingsHere(), options),
      ),
    );
}

function tenants(program: Command): void {
  const tenant = program.command("tenant").description("businesses that send SMS");
  tenant
    .command("add <slug>")
    .description("add a tenant")
    .requiredOption("--name <name>", "its name")
    .requiredOption("--country <code>", "ISO 3166 code, such as GB")
    .option(...JSON_OPTION)
    .action(command((slug: string, options: AddTenantOptions) => addTenant(settingsHere(), slug, options)));
  tenant
    .command("list")
    .description("list tenants")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => listTenants(settingsHere(), options)));
}

function imports(program: Command): void {
  program
    .command("import")
    .description("bring in data from files")
    .command("messages <file>")
    .description("import messages from csv, tsv, ndjson or Twilio's message log; run it again at will")
    .requiredOption("--tenant <slug>", "the tenant that they belong to")
    .option("--format <format>", "csv, tsv, ndjson or twilio (default: by the file's name and header)")
    .option(
      "--map <column=field...>",
      "which column or key is which field; 2=body for a file without header",
      [],
    )
    .option("--direction <direction>", "inbound or outbound, where the file does not say")
    .option("--sender <id>", "the tenant's sender, where the file does not say")
    .option("--resume", "go on where an import of this file was cut off")
    .option(...JSON_OPTION)
    .action(
      command((file: string, options: ImportCommandOptions) =>
        importMessageFile(settingsHere(), file, options),
      ),
    );
}

function anonymising(program: Command): void {
  const anonymising = program
    .command("anonymise")
    .description("find personal data in messages: JSON Lines {id, text} in, {id, spans} out")
    .option("--rendered", "write the anonymised text of each message too")
    .action(
      command((options: AnonymiseOptions) =>
        anonymise(options, { input: process.stdin, output: process.stdout }),
      ),
    );
  anonymising
    .command("twins")
    .description("make the anonymised twins that are missing or of an older version; run it again at will")
    .option("--json", "print one line of JSON, and progress as lines of JSON")
    .action(command((options: ReportOptions) => anonymiseTwins(settingsHere(), options)));
}

function proofs(program: Command): void {
  program
    .command("audit")
    .description("the access log")
    .command("verify")
    .description("recompute the Merkle tree of every writer; exit 1 where a log was changed")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => verifyAudit(settingsHere(), options)));
  program
    .command("schema")
    .description("the GraphQL schema")
    .command("print")
    .description("print it as SDL, whole or as an audience sees it")
    .option("--audience <name>", "what public, role-NAME or scopes-NAME could ever be served")
    .option("--audiences <directory>", "write what each of them sees into files")
    .action(command((options: SchemaOptions) => printSchema(settingsHere, options)));
}

async function main(): Promise<void> {
  // What a command makes (databases, keyset, rejects) is its owner's alone.
  process.umask(0o077);
  const program = new Command("fieldward")
    .description("The one door to an SMS provider's customer data.")
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError("(--help lists the commands)");
  for (const addTo of [
    running,
    userCommands,
    tokenCommands,
    tenants,
    imports,
    anonymising,
    exportCommands,
    keysCommands,
    policyCommands,
    proofs,
  ])
    addTo(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
  // A start that failed half-way can leave connections open, which would keep the command from ending.
  if (process.exitCode !== undefined && process.exitCode !== 0) process.exit();
}

void main();

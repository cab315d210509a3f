import type { Command } from "commander";
import { checkPolicy } from "./policy-check";
import { diffPolicy, type DiffOptions } from "./policy-diff";
import { explainPolicy, type ExplainOptions } from "./policy-explain";
import { showMatrix, type MatrixOptions } from "./policy-matrix-command";
import { writePolicySchemas } from "./policy-schema";
import { testPolicy } from "./policy-test";
import { command, settingsHere, type ReportOptions } from "./terminal";

const JSON_OPTION = ["--json", "print one line of JSON"] as const;

const PRINCIPAL_HELP = `
PRINCIPAL is role:NAME, set:NAME, scopes:SCOPE,SCOPE or the id of a staff member or a token. With the id of a CUSTOMER,
that customer's state and consents count too, and that it was asked is written to the access log.`;

function looking(policy: Command): void {
  policy
    .command("matrix")
    .description("print who sees which field at which level")
    .option("--format <format>", "text, csv or html", "text")
    .option("--purpose <purpose>", "under one purpose (default: the highest over all purposes)")
    .option("--out <file>", "write it to a file")
    .option(...JSON_OPTION)
    .action(command((options: MatrixOptions) => showMatrix(settingsHere(), options)));
  policy
    .command("explain <principal> <field> [customer]")
    .description("say what somebody gets of a field, by which rules, and what would raise it")
    .option("--purpose <purpose>", "under one purpose (default: each that the principal may declare)")
    .option(...JSON_OPTION)
    .addHelpText("after", PRINCIPAL_HELP)
    .action(
      command((who: string, field: string, customer: string | undefined, options: ExplainOptions) =>
        explainPolicy(settingsHere(), who, field, customer, options),
      ),
    );
}

function proving(policy: Command): void {
  policy
    .command("check")
    .description("check that the policy is sound and complete; exit 1 where it is not")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => checkPolicy(settingsHere(), options)));
  policy
    .command("diff <revision-or-directory>")
    .description(
      "compare with a git revision of the policy, or with a directory: who gains and who loses what",
    )
    .option("--no-gains", "exit 1 where anything is let through that was not")
    .option(...JSON_OPTION)
    .action(command((other: string, options: DiffOptions) => diffPolicy(settingsHere(), other, options)));
  policy
    .command("test [file-or-directory]")
    .description("hold the policy against tables of expected levels; exit 1 where a cell is not so")
    .option(...JSON_OPTION)
    .action(
      command((path: string | undefined, options: ReportOptions) =>
        testPolicy(settingsHere(), path, options),
      ),
    );
}

/** `fieldward policy …` */
export function policyCommands(program: Command): void {
  const policy = program.command("policy").description("who may see what, as reviewed files");
  proving(policy);
  looking(policy);
  policy
    .command("schema")
    .description("write the JSON Schemas that editors complete the policy files by")
    .action(command(() => writePolicySchemas(settingsHere())));
}

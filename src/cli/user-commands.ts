import type { Command } from "commander";
import { command, settingsHere, type ReportOptions } from "./terminal";
import { addUser, listUsers, type AddUserOptions } from "./user";
import {
  disableUser,
  enableUser,
  resetUser,
  signOutUser,
  trainUser,
  unlockUser,
  type ResetUserOptions,
  type SignOutOptions,
} from "./user-changes";

const JSON_OPTION = ["--json", "print one line of JSON"] as const;
const PASSWORD_FILE = "--password-file <path>";

function changes(user: Command): void {
  user
    .command("reset <id>")
    .description("end a user's password and sessions; print a code with which another password is set")
    .option(PASSWORD_FILE, "read the new password from a file, - for standard input")
    .option("--second-factor", "take the second factor away, and the recovery codes with it")
    .option(...JSON_OPTION)
    .action(command((id: string, options: ResetUserOptions) => resetUser(settingsHere(), id, options)));
  const plain = [
    ["disable", "keep a user out, and end their sessions", disableUser],
    ["enable", "let a user in again who was disabled or frozen", enableUser],
    ["unlock", "end a lock-out after wrong passwords or codes", unlockUser],
  ] as const;
  for (const [name, description, run] of plain) {
    user
      .command(`${name} <id>`)
      .description(description)
      .option(...JSON_OPTION)
      .action(command((id: string, options: ReportOptions) => run(settingsHere(), id, options)));
  }
  user
    .command("train <id>")
    .description("note until when a user's training counts")
    .requiredOption("--until <date>", "a date, such as 2027-01-31")
    .option(...JSON_OPTION)
    .action(
      command((id: string, options: ReportOptions & { readonly until: string }) =>
        trainUser(settingsHere(), id, options),
      ),
    );
  user
    .command("sign-out [id]")
    .description("end the sessions of a user")
    .option("--all", "of all users")
    .option(...JSON_OPTION)
    .action(
      command((id: string | undefined, options: SignOutOptions) => signOutUser(settingsHere(), id, options)),
    );
}

/** `fieldward user …` */
export function userCommands(program: Command): void {
  const user = program.command("user").description("staff who sign in");
  user
    .command("add")
    .description("add a staff member")
    .requiredOption("--email <address>", "what they sign in with")
    .requiredOption("--name <name>", "their name")
    .requiredOption("--role <role>", "a role of policy/roles.yaml")
    .option("--trained-until <date>", "until when their training counts")
    .option(
      PASSWORD_FILE,
      "read the password from a file, - for standard input (default: they set one with a code)",
    )
    .option(...JSON_OPTION)
    .action(command((options: AddUserOptions) => addUser(settingsHere(), options)));
  user
    .command("list")
    .description("list staff by id and role")
    .option(...JSON_OPTION)
    .action(command((options: ReportOptions) => listUsers(settingsHere(), options)));
  changes(user);
}

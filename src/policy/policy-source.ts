import { StartupError } from "../domain/errors";
import { loadPolicy, type Policy } from "./policy";
import { policyFaults } from "./policy-faults";

/** What came of a reload. */
export interface ReloadOutcome {
  /** Whether another policy is in force than before. */
  readonly changed: boolean;
  /** The revision that was in force. */
  readonly from: string;
  /** The revision that is in force now: the same where it was refused. */
  readonly to: string;
  /** Why the files were not taken. It names files, lines, roles and purposes, never a person. */
  readonly refused?: string;
}

/** The policy in force, and the way to take over what its files say now. */
export interface PolicySource {
  readonly current: Policy;
  /** Takes over the files whole or not at all. Never throws. */
  reload(): ReloadOutcome;
}

/**
 * A consent is stored as a bit of its customer: under another bit, or with a bit that is somebody else's by now, one
 * purpose would be served on the consent to another.
 */
function bitFault(from: Policy, to: Policy): string | undefined {
  for (const [name, { bit }] of from.purposes) {
    if (bit === undefined) continue;
    const after = to.purposes.get(name);
    const kept = `Consents are stored under its bit ${String(bit)}: keep it, or restart the server after they were moved.`;
    if (after === undefined) return `purpose ${name} is gone. ${kept}`;
    if (after.bit !== bit) return `purpose ${name} has another bit. ${kept}`;
  }
  return undefined;
}

/** What is wrong with a policy as a whole, a line for each fault. */
function wholeFault(policy: Policy): string | undefined {
  const faults = policyFaults(policy).map(({ of, text }) => `${of} ${text}`);
  return faults.length === 0 ? undefined : faults.join("\n");
}

/** Read twice: while an editor or a deployment is at the files, one reading could mix the old with the new. */
function loadSettled(load: () => Policy): Policy {
  const first = load();
  const second = load();
  if (first.revision === second.revision) return second;
  throw new StartupError("The policy files changed while they were read. Reload again.");
}

/** A policy directory that can be read again while the server runs. */
export class PolicyDirectory implements PolicySource {
  #current: Policy;

  /**
   * @throws StartupError with file, line and mend where a policy file is wrong; with role, purpose or scope set and mend where
   *   the files do not fit together
   */
  constructor(
    dir: string,
    private readonly load: () => Policy = () => loadPolicy(dir),
  ) {
    const policy = load();
    const fault = wholeFault(policy);
    if (fault !== undefined)
      throw new StartupError(`The policy files of ${dir} do not fit together:\n${fault}`);
    this.#current = policy;
  }

  get current(): Policy {
    return this.#current;
  }

  reload(): ReloadOutcome {
    const from = this.#current.revision;
    const refuse = (refused: string): ReloadOutcome => ({ changed: false, from, to: from, refused });
    try {
      const next = loadSettled(this.load);
      if (next.revision === from) return { changed: false, from, to: from };
      const fault = bitFault(this.#current, next) ?? wholeFault(next);
      if (fault !== undefined) return refuse(fault);
      this.#current = next;
      return { changed: true, from, to: next.revision };
    } catch (error) {
      return refuse(error instanceof StartupError ? error.message : "The policy files cannot be read.");
    }
  }
}

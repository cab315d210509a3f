import { EXPORT_DATES } from "../policy/anonymiser-file";
import type { Policy } from "../policy/policy";
import type { SignIn } from "../policy/sign-in-file";
import { listChanges, paired, type PolicyChange } from "./policy-change";

/** A number of the policy: what it is called, whether more of it lets more through, and where it stands. */
interface Setting {
  readonly of: string;
  readonly name: string;
  readonly moreIsLooser: boolean;
  readonly value: (policy: Policy) => number;
}

const SIGN_IN = "sign-in";
const LIMITS = "limits";
const ANONYMISER = "anonymiser";

const LOCK_OUTS: readonly Setting[] = (["account", "address"] as const).flatMap((kind) => [
  {
    of: SIGN_IN,
    name: `lockOut.${kind}.failures`,
    moreIsLooser: true,
    value: ({ signIn }) => signIn.lockOut[kind].failures,
  },
  {
    of: SIGN_IN,
    name: `lockOut.${kind}.firstSeconds`,
    moreIsLooser: false,
    value: ({ signIn }) => signIn.lockOut[kind].firstSeconds,
  },
  {
    of: SIGN_IN,
    name: `lockOut.${kind}.longestSeconds`,
    moreIsLooser: false,
    value: ({ signIn }) => signIn.lockOut[kind].longestSeconds,
  },
]);

const SETTINGS: readonly Setting[] = [
  { of: SIGN_IN, name: "session.hours", moreIsLooser: true, value: ({ signIn }) => signIn.session.hours },
  {
    of: SIGN_IN,
    name: "session.idleMinutes",
    moreIsLooser: true,
    value: ({ signIn }) => signIn.session.idleMinutes,
  },
  {
    of: SIGN_IN,
    name: "secondFactor.enrolWithinHours",
    moreIsLooser: true,
    value: ({ signIn }) => signIn.secondFactor.enrolWithinHours,
  },
  ...LOCK_OUTS,
  {
    of: SIGN_IN,
    name: "passwords.shortest",
    moreIsLooser: false,
    value: ({ signIn }) => signIn.passwords.shortest,
  },
  {
    of: SIGN_IN,
    name: "passwords.activationHours",
    moreIsLooser: true,
    value: ({ signIn }) => signIn.passwords.activationHours,
  },
  {
    of: LIMITS,
    name: "elevation.longestMinutes",
    moreIsLooser: true,
    value: ({ limits }) => limits.elevation.longestMinutes,
  },
  {
    of: LIMITS,
    name: "elevation.answerWithinMinutes",
    moreIsLooser: true,
    value: ({ limits }) => limits.elevation.answerWithinMinutes,
  },
  {
    of: LIMITS,
    name: "elevation.emergency",
    moreIsLooser: true,
    value: ({ limits }) => Number(limits.elevation.emergency),
  },
  { of: LIMITS, name: "budget.partner", moreIsLooser: true, value: ({ limits }) => limits.budget.partner },
  {
    of: ANONYMISER,
    name: "export.smallestGroup",
    moreIsLooser: false,
    value: ({ anonymiser }) => anonymiser.export.smallestGroup,
  },
];

function settingChange(
  { of, name, moreIsLooser, value }: Setting,
  before: Policy,
  after: Policy,
): PolicyChange[] {
  const [was, is] = [value(before), value(after)];
  if (was === is) return [];
  const direction = is > was === moreIsLooser ? "LOOSENS" : "TIGHTENS";
  return [{ of, direction, what: `${name} to ${String(is)} (was ${String(was)})` }];
}

/** What a policy says of the identity provider's tokens as one word each, and whether another is more or less nobody can tell. */
const OIDC_CLAIMS = ["roleClaim", "subjectClaim"] as const;

function claimChanges({ oidc: before }: SignIn, { oidc: after }: SignIn): readonly PolicyChange[] {
  return OIDC_CLAIMS.filter((name) => before[name] !== after[name]).map((name) => ({
    of: SIGN_IN,
    direction: "CHANGES" as const,
    what: `oidc.${name} to ${after[name]} (was ${before[name]})`,
  }));
}

/** What is required of a token lets less through: a claim more tightens, and so does a value less for one. */
function requirementChanges({ oidc: before }: SignIn, { oidc: after }: SignIn): readonly PolicyChange[] {
  return paired(before.requires, after.requires).flatMap(({ name, before: was, after: is }) => {
    const what = `oidc.requires ${name}`;
    if (was === undefined) return [{ of: SIGN_IN, direction: "TIGHTENS" as const, what }];
    if (is === undefined) return [{ of: SIGN_IN, direction: "LOOSENS" as const, what: `no ${what}` }];
    return listChanges(SIGN_IN, what, was, is);
  });
}

function oidcChanges({ signIn: before }: Policy, { signIn: after }: Policy): readonly PolicyChange[] {
  const mapped = ({ oidc }: SignIn): string[] =>
    [...oidc.roles].map(([value, role]) => `${value} as ${role}`);
  return [
    ...claimChanges(before, after),
    ...listChanges(SIGN_IN, "oidc.roles", mapped(before), mapped(after)),
    ...listChanges(SIGN_IN, "oidc.algorithms", before.oidc.algorithms, after.oidc.algorithms),
    ...requirementChanges(before, after),
  ];
}

function dateChanges({ anonymiser: before }: Policy, { anonymiser: after }: Policy): readonly PolicyChange[] {
  const [was, is] = [before.export.dates, after.export.dates];
  if (was === is) return [];
  const direction = EXPORT_DATES.indexOf(is) < EXPORT_DATES.indexOf(was) ? "LOOSENS" : "TIGHTENS";
  return [{ of: ANONYMISER, direction, what: `export.dates to ${is} (was ${was})` }];
}

/** What was loosened or tightened in `sign-in.yaml` and `limits.yaml`, and of the export in `anonymiser.yaml`. */
export function settingChanges(before: Policy, after: Policy): readonly PolicyChange[] {
  return [
    ...SETTINGS.flatMap((setting) => settingChange(setting, before, after)),
    ...oidcChanges(before, after),
    ...dateChanges(before, after),
  ];
}

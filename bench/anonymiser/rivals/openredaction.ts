import { PERSONAL_TYPES, type PersonalType } from "../../../src/anonymise/span";
import { nameOf } from "./install";
import { NO_TYPE_OF_OURS, trimmed, type LoadPackage, type Rival } from "./rival";

interface OpenRedaction {
  detect(text: string): Promise<{
    readonly detections: readonly { readonly type: string; readonly position: readonly [number, number] }[];
  }>;
}

interface OpenRedactionPackage {
  readonly OpenRedaction: new (options?: { readonly patterns: readonly string[] }) => OpenRedaction;
  readonly allPatterns: readonly { readonly type: string }[];
}

/** Its types in ours, by the names that it gives them; the first that fits. */
const TYPES: readonly (readonly [RegExp, PersonalType])[] = [
  [/LICENSE_PLATE$/, "PLATE"],
  [/IBAN/, "IBAN"],
  [/^CREDIT_CARD$/, "CARD"],
  [/^NAME$/, "PERSON"],
  [/^EMAIL$/, "EMAIL"],
  [/^PHONE_|^EMERGENCY_CONTACT$/, "PHONE"],
  [/^ADDRESS_|^POSTCODE_|^ZIP_CODE_/, "ADDRESS"],
  [/^DATE_OF_BIRTH$/, "DOB"],
  [/^IPV[46]$/, "IP"],
  [/^URL_WITH_AUTH$/, "URL_TOKEN"],
  [/PASSPORT|VISA_|NATIONAL_I|NHS|CHI_NUMBER|EHIC|SOCIAL_SECURITY|DRIV(ING|ER)_LICENSE/, "NATIONAL_ID"],
  [
    /TAX_ID|^(SSN|UTR_UK|ITIN|SIN_CA|GHANA_CARD|ISRAEL_ID|TURKEY_ID|QATAR_ID)$|CIVIL_ID|CEDULA/,
    "NATIONAL_ID",
  ],
  [/_(DNI|FISCAL_CODE|BSN|PESEL|AADHAAR|MEDICARE|TFN|NRIC|MY_NUMBER|RRN|SIN|CPF|CURP|RFC)$/, "NATIONAL_ID"],
  [/_(CPR|NIN|BVN|NIK|NPWP|MYKAD|UMID|CCCD|NRC|CUIT|RUT|NIT|RUC|SNILS|INN|CNP|JMBG|IRD|IIN)$/, "NATIONAL_ID"],
  [
    /^(CUSTOMER|CLIENT|PATIENT|STUDENT|EMPLOYEE|CLAIM|APPLICATION|SUBSCRIBER|DONOR|BENEFICIARY)_ID$/,
    "ACCOUNT",
  ],
  [/ACCOUNT|ORDER_(NUMBER|ID)$|BOOKING|RESERVATION|PNR$|CONFIRMATION$|POLICY_NUMBER|CASE_NUMBER/, "ACCOUNT"],
  [/MEMBERSHIP|LOYALTY|FREQUENT_FLYER|LIBRARY_CARD|INVOICE_NUMBER|MEDICAL_RECORD|HEALTH_PLAN/, "ACCOUNT"],
  [/(REF|REFERENCE|TRANSACTION_ID|REPORT_NUMBER|AGREEMENT_NUMBER|LOAN_NUMBER|PAYROLL_NUMBER)$/, "ACCOUNT"],
];

const typeOf = (type: string): string => TYPES.find(([name]) => name.test(type))?.[1] ?? NO_TYPE_OF_OURS;

function rivalOf(name: string, redaction: OpenRedaction): Rival {
  return {
    name,
    types: PERSONAL_TYPES.filter((type) => type !== "OTP" && type !== "GEO"),
    run: ({ text }) => redaction.detect(text),
    async find({ text }) {
      const { detections } = await redaction.detect(text);
      return detections.map(({ type, position: [start, end] }) =>
        trimmed(text, { start, end, type: typeOf(type) }),
      );
    },
  };
}

const packageOf = (load: LoadPackage): OpenRedactionPackage => load("openredaction") as OpenRedactionPackage;

/** As it comes: nearly 600 patterns, from names of gamers to court files. */
export function loadOpenRedaction(load: LoadPackage): Rival {
  const { OpenRedaction } = packageOf(load);
  return rivalOf(nameOf("openredaction"), new OpenRedaction());
}

/** With only those of its patterns that have a type of ours, which is how one would set it up for this task. */
export function loadNarrowOpenRedaction(load: LoadPackage): Rival {
  const { OpenRedaction, allPatterns } = packageOf(load);
  const types = new Set(allPatterns.map(({ type }) => type));
  const patterns = [...types].filter((type) => typeOf(type) !== NO_TYPE_OF_OURS);
  return rivalOf(`${nameOf("openredaction")}, our types only`, new OpenRedaction({ patterns }));
}

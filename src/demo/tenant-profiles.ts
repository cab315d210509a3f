import type { DemoCountry, DemoLanguage, DemoTenant } from "./demo-records";

/** A part of a tenant that writes under its own name. */
export type Brand = "bank" | "shop" | "parcel" | "clinic";

/** A tenant and all that its customers and messages are made from. */
export interface TenantProfile {
  readonly tenant: DemoTenant;
  readonly country: DemoCountry;
  readonly refPrefix: string;
  readonly customerCount: number;
  readonly languages: readonly (readonly [DemoLanguage, number])[];
  readonly utcOffsetHours: number;
  readonly currency: string;
  readonly brandNames: Readonly<Record<Brand, string>>;
  readonly brandSenders: Readonly<Record<Brand, string>>;
  /** The number that customers can answer to. */
  readonly replyNumber: string;
  readonly helpline: string;
  readonly agents: readonly string[];
  readonly clinicians: readonly string[];
  readonly merchants: readonly string[];
}

const LARKFIELD: TenantProfile = {
  tenant: {
    key: "larkfield",
    name: "Larkfield Mutual",
    country: "GB",
    language: "en",
    senderIds: ["LarkfieldBk", "Larkfield", "LarkPost", "LarkClinic", "+447700900001"],
  },
  country: "GB",
  refPrefix: "LRK",
  customerCount: 70,
  languages: [
    ["en", 74],
    ["pl", 14],
    ["de", 12],
  ],
  utcOffsetHours: 0,
  currency: "£",
  brandNames: { bank: "Larkfield Bank", shop: "Larkfield Home", parcel: "LarkPost", clinic: "Lark Clinic" },
  brandSenders: { bank: "LarkfieldBk", shop: "Larkfield", parcel: "LarkPost", clinic: "LarkClinic" },
  replyNumber: "+447700900001",
  helpline: "020 7946 0321",
  agents: ["Imogen", "Callum", "Tariq", "Beth", "Rhys"],
  clinicians: ["Dr Hale", "Dr Osei", "Nurse Pembury", "Mr Lindqvist (dentist)"],
  merchants: ["Copper Kettle Cafe", "Bramble & Sons", "Northgate Cycles", "Tidewater Fuels", "Pixel & Pine"],
};

const VALMERLE: TenantProfile = {
  tenant: {
    key: "valmerle",
    name: "Groupe Valmerle",
    country: "FR",
    language: "fr",
    senderIds: ["BqValmerle", "Valmerle", "ValColis", "CabValmerle", "+33639980001"],
  },
  country: "FR",
  refPrefix: "VLM",
  customerCount: 70,
  languages: [
    ["fr", 76],
    ["en", 8],
    ["es", 9],
    ["de", 7],
  ],
  utcOffsetHours: 1,
  currency: "€",
  brandNames: {
    bank: "Banque Valmerle",
    shop: "Maison Valmerle",
    parcel: "ValColis",
    clinic: "Cabinet Valmerle",
  },
  brandSenders: { bank: "BqValmerle", shop: "Valmerle", parcel: "ValColis", clinic: "CabValmerle" },
  replyNumber: "+33639980001",
  helpline: "01 99 00 12 34",
  agents: ["Maëlle", "Karim", "Solène", "Bastien", "Inès"],
  clinicians: ["Dr Aubertin", "Dr Belkacem", "Mme Kermarrec", "Dr Vasseur"],
  merchants: [
    "Le Panier Vert",
    "Librairie du Quai",
    "Garage Montclair",
    "Brasserie Lanterne",
    "Atelier Brume",
  ],
};

const PRAIRIE: TenantProfile = {
  tenant: {
    key: "prairie-union",
    name: "Prairie Union",
    country: "US",
    language: "en",
    senderIds: ["+13125550101", "+13125550102", "+13125550103", "+13125550104", "+13125550105"],
  },
  country: "US",
  refPrefix: "PRU",
  customerCount: 60,
  languages: [
    ["en", 68],
    ["es", 32],
  ],
  utcOffsetHours: -5,
  currency: "$",
  brandNames: {
    bank: "Prairie Union Bank",
    shop: "Prairie Goods",
    parcel: "PrairieShip",
    clinic: "Prairie Health",
  },
  brandSenders: {
    bank: "+13125550101",
    shop: "+13125550102",
    parcel: "+13125550103",
    clinic: "+13125550104",
  },
  replyNumber: "+13125550105",
  helpline: "312-555-0199",
  agents: ["Dana", "Marcus", "Lupe", "Tyrell", "Wendy"],
  clinicians: ["Dr. Whitlock", "Dr. Adeyemi", "Dr. Sandoval", "Nurse Kowalczyk"],
  merchants: [
    "Blue Mesa Diner",
    "Tallgrass Hardware",
    "Juniper Gas & Go",
    "Lantern Books",
    "Cedar Pet Supply",
  ],
};

/** The tenants of the demo, one in each of its countries. */
export const TENANT_PROFILES: readonly TenantProfile[] = [LARKFIELD, VALMERLE, PRAIRIE];

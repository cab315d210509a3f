import type { DemoLanguage } from "./demo-records";
import type { LanguageTemplates } from "./template-language";
import { TEMPLATES_DE } from "./templates-de";
import { TEMPLATES_EN } from "./templates-en";
import { TEMPLATES_ES } from "./templates-es";
import { TEMPLATES_FR } from "./templates-fr";
import { TEMPLATES_PL } from "./templates-pl";

/** The templates of every language of the demo. */
export const TEMPLATES_BY_LANGUAGE: Readonly<Record<DemoLanguage, LanguageTemplates>> = {
  en: TEMPLATES_EN,
  fr: TEMPLATES_FR,
  de: TEMPLATES_DE,
  es: TEMPLATES_ES,
  pl: TEMPLATES_PL,
};

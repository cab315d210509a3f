import de from "./de.json";
import en from "./en.json";
import es from "./es.json";
import fr from "./fr.json";
import hi from "./hi.json";
import it from "./it.json";
import type { Language } from "./language";
import nl from "./nl.json";
import pt from "./pt.json";

/** Every language that messages are read in. To add one: write its table, list it here, label messages of it. */
export const LANGUAGES: readonly Language[] = [en, de, fr, es, pt, it, nl, hi];

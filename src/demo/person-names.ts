import type { DemoLanguage } from "./demo-records";
import type { SeededRandom } from "./seeded-random";

interface NameTable {
  readonly first: readonly string[];
  readonly last: readonly string[];
}

const words = (text: string): string[] => text.split(" ");

const NAMES: Readonly<Record<DemoLanguage, NameTable>> = {
  en: {
    first: words(
      "Amara Alfie Beatrix Callie Declan Edith Ewan Farah Gareth Hattie Imran Isla Jerome Keisha Kwame Leona " +
        "Maisie Nadia Nathaniel Orla Owen Priya Quentin Rosalind Rupert Saoirse Theo Uma Violet Wesley Yasmin",
    ),
    last: words(
      "Ashdown Blackmoor Calloway Dunmore Eastgate Fairweather Garrick Holloway Ingleby Jessop Kirkbride " +
        "Lockwood Marchbank Nair Okafor O'Rourke Penhallow Quayle Ravenscroft Stirling Thackeray Umber " +
        "Vickery Wetherby Yardley Chaudhry Mensah Fitzgibbon Abernathy Whitcombe",
    ),
  },
  fr: {
    first: words(
      "Adèle Aurélien Baptiste Camille Chloé Clément Élodie Étienne Fatou François Gaëlle Héloïse Jean-Baptiste " +
        "Joséphine Julien Karima Léa Loïc Manon Mehdi Noémie Océane Quentin Raphaël Sylvie Thibault Yasmine Zoé",
    ),
    last: words(
      "Aubry Beauchêne Castellan Delacroix Desrosiers Estève Fontanel Garrigue Hautbois Jolivet Kerguelen " +
        "Lacombe Lefèvre Marchand Montfort Nédélec Ouadah Pélissier Quéméner Rocheteau Saint-Clair Tavernier " +
        "Vauquelin Benhamou Diarra Verdier",
    ),
  },
  de: {
    first: words(
      "Anneliese Björn Dörte Emre Friederike Götz Hannelore Ingo Jürgen Katharina Lennart Marlene Niklas " +
        "Sören Tabea Ulrike Volker Wiebke",
    ),
    last: words(
      "Ackermann Brückner Dornfeld Eichstädt Fährmann Grünwald Hagedorn Kesselring Lindenau Möllendorf " +
        "Nußbaum Petersen Rautenberg Schönfeld Tischbein Weißhaupt Yıldırım Zöllner",
    ),
  },
  es: {
    first: words(
      "Adriana Álvaro Begoña Camila Diego Esperanza Fernando Guadalupe Hernán Inés Joaquín Lucía Mateo Nuria " +
        "Óscar Paloma Rocío Santiago Tomás Valeria Ximena Yolanda",
    ),
    last: words(
      "Aguirre Barrientos Cárdenas Delgadillo Echeverría Fuentes Galván Huerta Ibáñez Jaramillo Lozano Montoya " +
        "Núñez Olivares Peñaloza Quiroga Robledo Saldívar Treviño Urrutia Villaseñor Zúñiga",
    ),
  },
  pl: {
    first: words(
      "Agnieszka Bartosz Czesław Dorota Grażyna Henryk Jadwiga Kacper Łukasz Małgorzata Paweł Radosław " +
        "Stanisława Tomasz Wojciech Zofia",
    ),
    last: words(
      "Bąk Chmiel Dąbrowa Gołąb Jeleń Kłos Lipiec Mroczek Niezgoda Pająk Rączka Sikora Świątek Wróbel " +
        "Zając Żuraw",
    ),
  },
};

/** Draws a first and a last name that are usual among the speakers of a language. */
export function drawName(random: SeededRandom, language: DemoLanguage): { first: string; last: string } {
  const table = NAMES[language];
  return { first: random.pick(table.first), last: random.pick(table.last) };
}

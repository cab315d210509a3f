import type { LanguageTemplates } from "./template-language";

/** What is written in German. */
export const TEMPLATES_DE: LanguageTemplates = {
  weekdays: ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
  products: [
    "Nussbaumlampe",
    "Leinenbettwäsche",
    "Gusspfanne",
    "Wolldecke",
    "Fahrradhalterung",
    "Eichenhocker",
  ],
  scripts: {
    code: [
      ["> {code} ist Ihr Sicherheitscode für {bank}. 10 Minuten gültig. Geben Sie ihn niemals weiter."],
      ["> {bank}: Mit {code} geben Sie {amount} an {merchant} frei. Nicht Sie? Rufen Sie {helpline} an."],
      ["> Hallo {first}, Ihr Anmeldecode für {shop} lautet {code}."],
      ["> {parcel}: Abholcode {code} für Paket {tracking}. Bitte am Schalter vorzeigen."],
      ["> {clinic}: {first}, mit {code} öffnen Sie Ihren Befund unter {link}. Nur einmal gültig."],
    ],
    delivery: [
      [
        "> Hallo {first}, Ihr Paket {tracking} war zu groß für den Briefkasten in {street}. Sie können es ab {day} von {time} bis {until} Uhr im Depot von {parcel} abholen oder unter {link} einen neuen Termin wählen.",
      ],
      [
        "> {parcel}: Ihre Bestellung {order} kommt am {day} zwischen {time} und {until} Uhr. Verfolgen: {link}",
      ],
      ["> Hallo {first}, Paket {tracking} liegt bei Ihrem Nachbarn, {street}. Gruß, {parcel}"],
      [
        "> {parcel}: Wir haben Sie in {street} nicht angetroffen. Neuer Versuch am {day} oder Wunschort unter {link}",
      ],
      [
        '> {shop}: Gute Nachricht, {first}! Artikel "{product}" ist unterwegs, Zustellung am {day} durch {parcel}.',
      ],
      [
        "> {parcel}: {tracking} kommt am {day}, {time}-{until} Uhr. Antworten Sie 1 für die Haustür, 2 für den Nachbarn.",
        "< 2 bitte, bei der Familie unten links in {street}",
        "> Danke {first}, der Fahrer weiß Bescheid. {parcel}",
      ],
    ],
    bank: [
      ["> {bank}: {amount} bei {merchant} mit Karte {card} bezahlt. Kontostand {balance}."],
      ["> {bank}: Gehaltseingang {balance} auf Konto {card}. Details in der App."],
      ["> {first}, Ihr Konto {card} ist um {amount} überzogen. Bitte bis {day} ausgleichen. {bank}"],
      [
        "> {bank}: Haben Sie gerade {amount} bei {merchant} bezahlt (Karte {card})? Antworten Sie JA oder NEIN.",
        "< JA",
        "> Danke {first}, Sie können die Zahlung jetzt wiederholen. {bank}",
      ],
      [
        "> {bank}: Verdächtige Zahlung von {amount} bei {merchant}, Karte {card}. Waren Sie das? JA / NEIN",
        "< NEIN, das war ich nicht! Bitte sofort sperren",
        "> Karte {card} ist gesperrt, {first}. Die neue kommt bis {later} nach {street}.",
      ],
    ],
    appointment: [
      ["> {clinic}: {first}, Ihr Termin bei {clinician} ist am {day} um {time} Uhr. Änderungen: {helpline}."],
      [
        "> Erinnerung {clinic}: Termin bei {clinician} am {day}, {time} Uhr. JA zum Bestätigen, NEIN zum Absagen.",
        "< JA",
        "> Bestätigt, {first}. Bitte 10 Minuten früher da sein. {clinic}",
      ],
      [
        "> {clinic}: Passt der Termin am {day} um {time} Uhr noch? JA oder NEIN.",
        "< Leider nein, ich arbeite bis {until} Uhr. Geht es auch am {later}?",
        "> Gern, {first}: neuer Termin am {later}, {time} Uhr. {clinic}",
      ],
      ["> {clinic}: Ihre Laborwerte sind da. {clinician} ruft Sie am {day} gegen {time} Uhr an."],
    ],
    marketing: [
      ["> {first}, {percent} % auf alles bei {shop} bis {day}! Code SPAR{percent}: {link} Abmelden mit STOP"],
      [
        "> {shop}: Ihr Warenkorb wartet ({product}). Weiter unter {link}. Keine Angebote mehr? STOP antworten",
      ],
      ["> ☀️ Sommerabend bei {shop} am {day} ab {time} Uhr, {first}! {link} Abmelden: STOP"],
      ["> {bank}: {amount} Prämie für Ihr neues Sparkonto, {first}. Mehr: {link}. Abbestellen: STOP"],
    ],
    optOut: [
      ["< STOP", "> {shop}: Sie sind abgemeldet und erhalten keine Angebote mehr. Hilfe: {helpline}"],
      ["< Stop bitte, keine Werbung mehr", "> Erledigt, {first}. {shop} schickt Ihnen keine Werbung mehr."],
    ],
    question: [
      [
        "< Guten Tag, haben Sie am {day} geöffnet? Ich möchte mir etwas ansehen ({product})",
        "> Hallo {first}, ja, von {time} bis {until} Uhr. {agent}, {shop}",
      ],
      [
        "< Meine neue E-Mail ist {email}, bitte ändern",
        "> Geändert, {first}: Wir schreiben ab jetzt an {email}. Fehler? {helpline}. {shop}",
      ],
      [
        "< Ich komme 15 Minuten später zu {clinician}, tut mir leid! {name}",
        "> Kein Problem, {first}. {clinic}",
      ],
      [
        "< Kann der Fahrer mich unter {phone} anrufen? Die Klingel in {street} ist kaputt",
        "> Machen wir, {first}. {parcel}",
      ],
    ],
    support: [
      [
        "< Hallo, meine Bestellung {order} ist seit über einer Woche überfällig",
        "> Hallo {first}, hier ist {agent} von {shop}. Das tut mir leid. Stimmt die Adresse noch?",
        "< Ja, {street}",
        "> Danke. {tracking} liegt im Depot von {parcel}. Neue Zustellung am {day}, {time}-{until} Uhr.",
        "< Da bin ich arbeiten, darf die Nachbarin unterschreiben?",
        "> Natürlich, ist vermerkt. Sie bekommen außerdem {fee} zurück.",
        "< Super, vielen Dank {agent}",
      ],
      [
        "< {merchant} hat mir {amount} doppelt abgebucht",
        "> Guten Tag {first}, {agent} von {bank}. Nennen Sie mir bitte Ihr Geburtsdatum?",
        "< {birth}, Karte endet auf {card}",
        "> Danke. Die zweite Buchung ist nur vorgemerkt und verschwindet bis {day}.",
        "< Also bin ich nicht im Minus?",
        "> Nein, verfügbar sind {balance}. Einen schönen Tag, {first}!",
      ],
    ],
  },
};

import type { LanguageTemplates } from "./template-language";

/** What is written in Polish. */
export const TEMPLATES_PL: LanguageTemplates = {
  weekdays: ["niedziela", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota"],
  products: ["lampa biurkowa", "pościel lniana", "patelnia żeliwna", "koc wełniany", "stołek dębowy"],
  scripts: {
    code: [
      ["> {code} to kod bezpieczeństwa {bank}. Ważny 10 minut. Nie podawaj go nikomu."],
      ["> {bank}: kod {code} zatwierdza {amount} w {merchant}. To nie Ty? Zadzwoń: {helpline}."],
      ["> {shop}: Twoj kod logowania to {code}. Nie udostepniaj go nikomu."],
      ["> {parcel}: kod odbioru {code}, paczka {tracking}. Pokaż go w punkcie."],
    ],
    delivery: [
      ["> {parcel}: zamowienie {order} dotrze: {day}, {time}-{until}. Sledz: {link}"],
      ["> Dzień dobry {first}, paczka {tracking} jest u sąsiada, {street}. {parcel}"],
      ["> {parcel}: nikogo nie było pod adresem {street}. Wrócimy: {day}. Zmiana terminu: {link}"],
      ["> {shop}: zamówienie {order} czeka na odbiór do: {later}. Potrzebny dokument na nazwisko {name}."],
    ],
    bank: [
      ["> {bank}: {amount} w {merchant}, karta {card}. Saldo {balance}."],
      ["> {bank}: wpłynęło {balance} na konto {card}. Szczegóły w aplikacji."],
      ["> {first}, debet na koncie {card}: {amount}. Prosimy o spłatę do: {day}. {bank}"],
      [
        "> {bank}: czy to Ty płacisz {amount} w {merchant} kartą {card}? Odpisz TAK lub NIE.",
        "< NIE! Proszę natychmiast zablokować kartę",
        "> Karta {card} jest zablokowana, {first}. Nowa dotrze na {street} do: {later}.",
      ],
    ],
    appointment: [
      ["> {clinic}: {first}, wizyta: {clinician}, {day}, {time}. Zmiany: {helpline}."],
      [
        "> Przypomnienie {clinic}: {clinician}, {day}, {time}. Odpisz TAK, aby potwierdzić, NIE, aby odwołać.",
        "< TAK",
        "> Potwierdzone, {first}. Prosimy przyjść 10 minut wcześniej. {clinic}",
      ],
      [
        "> {clinic}: czy termin {day}, {time} nadal pasuje? TAK / NIE",
        "< Nie, pracuję do {until}. Może być {later}?",
        "> Tak, {first}, nowy termin: {later}, {time}. {clinic}",
      ],
    ],
    marketing: [
      ["> {first}, -{percent}% w {shop} do: {day}! Kod TANIEJ{percent}: {link} Rezygnacja: STOP"],
      ["> {shop}: w koszyku czeka {product}. Dokończ zakupy: {link}. Odpisz STOP, aby zrezygnować"],
      ["> 🎈 {first}, darmowa dostawa w {shop} do: {day}. {link} Wypisz: STOP"],
    ],
    optOut: [
      ["< STOP", "> {shop}: nie będziemy już wysyłać ofert. Pomoc: {helpline}"],
      ["< Stop, proszę już nie pisać", "> Gotowe, {first}. {shop} nie wyśle więcej reklam."],
    ],
    question: [
      [
        "< Dzień dobry, czy {day} jest otwarte? Chcę coś obejrzeć ({product})",
        "> Dzień dobry {first}, tak, {time}-{until}. {agent}, {shop}",
      ],
      [
        "< Mój nowy e-mail to {email}, proszę zmienić",
        "> Zmienione, {first}: piszemy teraz na {email}. Pomyłka? {helpline}. {shop}",
      ],
      [
        "< Czy kierowca może zadzwonić na {phone}? Dzwonek na {street} nie działa",
        "> Oczywiście, {first}. {parcel}",
      ],
    ],
    support: [
      [
        "< Dzień dobry, zamówienie {order} nie dotarło od ponad tygodnia",
        "> Dzień dobry {first}, tu {agent} z {shop}. Bardzo przepraszamy. Czy adres się zgadza?",
        "< Tak, {street}, bez zmian",
        "> Dziękuję. {tracking} czeka w magazynie {parcel}. Nowa dostawa: {day}, {time}-{until}.",
        "< Będę w pracy, czy sąsiadka może odebrać?",
        "> Oczywiście, dopisane. Zwracamy też {fee} za opóźnienie.",
        "< Super, bardzo dziękuję",
      ],
      [
        "< {merchant} pobrał mi dwa razy {amount}",
        "> Dzień dobry {first}, {agent} z {bank}. Proszę o datę urodzenia.",
        "< {birth}, karta kończy się na {card}",
        "> Dziękuję. Druga kwota to tylko blokada, zniknie do: {day}.",
        "< Czyli nie będzie debetu?",
        "> Nie, dostępne środki to {balance}. Miłego dnia, {first}!",
      ],
    ],
  },
};

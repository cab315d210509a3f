import type { LanguageTemplates } from "./template-language";

/** What is written in French. */
export const TEMPLATES_FR: LanguageTemplates = {
  weekdays: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
  products: [
    "lampe en noyer",
    "parure en lin",
    "cocotte en fonte",
    "fauteuil Brume",
    "plaid en laine",
    "tabouret",
  ],
  scripts: {
    code: [
      ["> {code} est votre code de sécurité {bank}. Valable 10 minutes. Ne le communiquez à personne."],
      [
        "> {bank} : saisissez {code} pour valider {amount} chez {merchant}. Pas vous ? Appelez le {helpline}.",
      ],
      ["> Bonjour {first}, votre code de connexion {shop} : {code}. Il expire dans 5 minutes."],
      ["> {parcel} : présentez le code {code} au point relais pour retirer le colis {tracking}."],
      ["> {clinic} : {first}, le code {code} ouvre vos résultats d'analyse sur {link}. Usage unique."],
      [
        "> {bank} : code {code} pour ajouter un bénéficiaire au compte {card}. Notre conseiller ne vous le demandera jamais.",
      ],
    ],
    delivery: [
      ["> {parcel} : votre commande {order} sera livrée {day} entre {time} et {until}. Suivi : {link}"],
      ["> Bonjour {first}, le colis {tracking} a été remis à votre voisin, {street}. {parcel}"],
      [
        "> {parcel} : personne au {street} à notre passage. Nouveau passage {day}, ou choisissez un relais sur {link}",
      ],
      [
        "> {shop} : bonne nouvelle {first}, votre article ({product}) est parti ! Livraison {day} par {parcel}.",
      ],
      [
        "> {shop} : la commande {order} vous attend en magasin jusqu'à {later}. Pièce d'identité au nom de {name}.",
      ],
      [
        "> {parcel} : livraison de {tracking} {day}, {time}-{until}, {street}. Répondez 1 pour garder, 2 pour un relais.",
        "< 1, mais le digicode a changé, c'est le {card} maintenant",
        "> Merci {first}, le livreur a bien noté le code. {parcel}",
      ],
    ],
    bank: [
      ["> {bank} : paiement de {amount} chez {merchant}, carte {card}. Solde : {balance}."],
      ["> {bank} : virement reçu de {balance} sur le compte {card}. Détail dans votre application."],
      [
        "> {first}, votre compte {card} est à découvert de {amount}. Merci de régulariser avant {day}. {bank}",
      ],
      ["> {bank} : un prélèvement de {amount} ({merchant}) sera présenté {day} sur le compte {card}."],
      [
        "> {bank} : êtes-vous à l'origine d'un paiement de {amount} chez {merchant}, carte {card} ? Répondez OUI ou NON.",
        "< OUI",
        "> Merci {first}, vous pouvez relancer le paiement. {bank}",
      ],
      [
        "> {bank} : paiement suspect de {amount} chez {merchant}, carte {card}. C'est bien vous ? OUI / NON",
        "< NON ce n'est pas moi ! Bloquez la carte svp",
        "> C'est fait, {first}. La carte {card} est bloquée, une nouvelle arrive au {street} avant {later}.",
        "< Ouf, merci beaucoup pour votre réactivité",
      ],
    ],
    appointment: [
      [
        "> {clinic} : {first}, avant votre examen avec {clinician} {day} à {time}, merci de rester à jeun six heures et de ne boire que de l'eau. Apportez vos ordonnances et vos anciennes radios. Une question ? {helpline}",
      ],
      ["> {clinic} : {first}, rendez-vous avec {clinician} {day} à {time}. Pour modifier : {helpline}."],
      [
        "> Rappel {clinic} : {clinician} vous attend {day} à {time}. Répondez OUI pour confirmer, NON pour annuler.",
        "< OUI",
        "> C'est noté {first}. Pensez à votre carte d'assuré et à votre ordonnance. {clinic}",
      ],
      [
        "> {clinic} : rendez-vous {day} à {time} avec {clinician}. Toujours disponible ? OUI / NON",
        "< Non malheureusement, je travaille jusqu'à {until}. Possible {later} ?",
        "> Oui {first}, c'est reporté à {later}, {time}. Bonne journée ! {clinic}",
      ],
      ["> {clinic} : vos résultats sont arrivés. {clinician} vous appellera {day} vers {time}."],
      [
        "> {clinic} : {first} (né(e) le {birth}), votre rappel de vaccin est à prévoir. Prenez date sur {link}",
      ],
    ],
    marketing: [
      [
        "> {first}, -{percent} % chez {shop} jusqu'à {day} avec le code OFFRE{percent} : {link} STOP pour se désinscrire",
      ],
      [
        "> {shop} : votre panier vous attend ({product}). Finalisez sur {link}. Répondre STOP pour ne plus recevoir d'offres",
      ],
      ["> 🌿 Vente privée {shop} {day} dès {time}, {first} ! Jusqu'à -{percent} %. {link} Stop pub : STOP"],
      [
        "> {bank} : {first}, jusqu'à {amount} offerts pour l'ouverture d'un livret. Conditions : {link}. Rép. STOP",
      ],
      ["> De retour chez {shop} : {product}, à partir de {amount}. {link} Pour refuser nos SMS : STOP"],
    ],
    optOut: [
      ["< STOP", "> {shop} : votre désinscription est enregistrée. Vous ne recevrez plus d'offres."],
      [
        "< Stop svp, trop de messages",
        "> C'est noté {first}, plus aucune publicité de {shop}. Service client : {helpline}",
      ],
    ],
    question: [
      [
        "< Bonjour, êtes-vous ouverts {day} ? Je voudrais voir un article ({product})",
        "> Bonjour {first}, oui, de {time} à {until}. À bientôt ! {agent}, {shop}",
      ],
      [
        "< Bonjour, j'ai changé d'adresse mail : {email}. Pouvez-vous la modifier ?",
        "> C'est fait {first}, nous écrirons désormais à {email}. Une erreur ? {helpline}. {shop}",
      ],
      [
        "< J'aurai 15 min de retard pour {clinician}, mille excuses ! {name}",
        "> Pas de souci {first}, on vous attend. {clinic}",
      ],
      [
        "< Le livreur peut m'appeler au {phone} ? L'interphone du {street} est en panne",
        "> Bien sûr {first}, c'est noté. {parcel}",
      ],
      [
        "< C'est qui ? Je n'ai rien commandé",
        "> Ici {parcel} : le colis {tracking} est adressé à {name}, {street}.",
      ],
    ],
    support: [
      [
        "< Bonjour, ma commande {order} n'est toujours pas arrivée, ça fait dix jours",
        "> Bonjour {first}, ici {agent} de {shop}. Toutes nos excuses. Pouvez-vous me confirmer votre adresse ?",
        "< {street}, comme d'habitude",
        "> Merci. {parcel} indique que {tracking} est bloqué au dépôt. Je programme la livraison {day}, {time}-{until}.",
        "< Je serai au travail... la gardienne peut signer ?",
        "> Oui, je l'ajoute. Je vous rembourse aussi {fee} de frais de port.",
        "< Parfait, merci {agent}",
      ],
      [
        "< Bonjour, {merchant} m'a débité deux fois de {amount}",
        "> Bonjour {first}, {agent} de {bank}. Votre date de naissance pour retrouver le dossier ?",
        "< {birth}, carte finissant par {card}",
        "> Merci. La seconde opération est une simple autorisation, elle disparaîtra avant {day}.",
        "< Donc je ne serai pas à découvert ?",
        "> Non, votre solde disponible est de {balance}. Bonne journée {first} !",
      ],
      [
        "< L'article ({product}) est arrivé cassé 😞 commande {order}",
        "> Mince, toutes nos excuses {first}. {agent} de {shop}. Pouvez-vous déposer une photo sur {link} ?",
        "< C'est envoyé, on voit bien la fissure",
        "> Bien reçu. Préférez-vous un échange ou {amount} de remboursement ?",
        "< Un échange, au {street} s'il vous plaît",
        "> C'est lancé : livraison {day}, et le transporteur reprend l'ancien.",
      ],
    ],
  },
};

/** The words that the fictional people and their messages are made of. No real person, number or address. */

export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** What its messages are sent from. */
  readonly senderIds: readonly string[];
}

export const TENANTS: readonly Tenant[] = [
  { id: "01900000-0000-7000-8000-00000000a001", name: "Northgate Bank", senderIds: ["NORTHGATE", "24680"] },
  { id: "01900000-0000-7000-8000-00000000b002", name: "Parcelhop", senderIds: ["PARCELHOP", "+18005550142"] },
  { id: "01900000-0000-7000-8000-00000000c003", name: "Lumen Clinics", senderIds: ["LUMEN", "35791"] },
];

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const FIRST_NAMES = words(`
  Ada Amir Ana Ben Carla Chen Dan Dina Eli Emma Esra Finn Grace Hana Hugo Ida Igor Ines Ivan Jack Jana José Juno Kai Lara
  Leo Lina Luca Maja Marc Maya Mina Nadia Noah Nora Olga Omar Pia Raj Rosa Sam Sara Tim Uma Vera Yara Zane Zoë`);

export const LAST_NAMES = words(`
  Abbott Ahmed Baker Banks Barros Bell Blum Braun Castillo Clarke Costa Cruz Dalton Demir Diaz Dunn Eriksen Fischer Flores
  Garcia Gupta Haddad Hansen Hughes Ito Jansen Jones Kaya Keller Khan Kowalski Lam Larsen Lopez Mensah Meyer Moreau Müller
  Nakamura Novak Nuñez Okafor Olsen Park Patel Quinn Ramos Reyes Rossi Santos Sato Schulz Silva Smith Suzuki Taylor Tran
  Vargas Vega Walsh Weber Wong Young Zhang`);

export const STREETS = words(`
  Alder Birch Cedar Dogwood Elm Fir Grove Hazel Ivy Juniper Keystone Laurel Maple Nutmeg Oak Pine Quarry Rowan Spruce Tulip
  Union Valley Walnut Yarrow`);

export const CITIES = words(`
  Ashford Brookvale Clearwater Dunmore Eastport Fairhaven Glenwood Harborview Irongate Juneberry Kingsmill Lakemont Millbrook
  Newhaven Oakridge Pinecrest Queensbury Riverton Stonebridge Thornfield`);

export const MAIL_HOSTS = words("example.com example.net example.org mail.example.com");

/** Area codes in use; with 555-01xx behind them the numbers are set aside for fiction. */
export const AREA_CODES = words(`
  201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 254 256
  260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 334 336
  337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440
  443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541 551 559 561 562 563 567
  570 571 573 574 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 630 631 636 641 646
  650 651 660 661 662 678 682 701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 727 731 732 734 740 754 757
  760 763 765 770 772 773 774 775 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832 843
  845 847 848 850 856 857 858 859 860 862 863 864 865 870 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920
  925 928 931 936 937 940 941 947 949 951 952 954 956 970 971 972 973 978 979 980 985 989`);

export const OUTBOUND_TEMPLATES: readonly string[] = [
  "{code} is your {brand} verification code. It expires in 10 minutes. Do not share it with anyone.",
  "{code} is your {brand} verification code. It expires in 10 minutes. Do not share it with anyone.",
  "Your {brand} code is {code}",
  "Hi {first}, your appointment is on {date} at {time}. Reply C to confirm or R to reschedule.",
  "Hi {first}, your appointment is on {date} at {time}. Reply C to confirm or R to reschedule.",
  "{brand}: your order #{ref} is out for delivery and arrives between {time} and 18:00 at {address}. Track it: {url}",
  "{brand}: your order #{ref} has been delivered. Tell us how it went: {url}",
  "Alert from {brand}: ${amount} was spent with your card ending {last4} on {date}. Not you? Call +18005550199 at once.",
  "Your invoice #{ref} over ${amount} is due on {date}. Pay at {url} or reply HELP. {brand}",
  "{brand} weekend sale: 25% off everything until {date}, {first}! Use code SAVE{code} at {url} or show this text in any shop. Free delivery over $50. Msg & data rates may apply. Reply STOP to opt out.",
  "Dear {name}, we have changed our terms. From {date} transfers made after {time} are booked on the next working day, and the limit for instant payments rises to $2,500. You can read what is new, and object until then, at {url}. Thank you for banking with {brand}.",
  "✓ {first}, your booking {ref} is confirmed: {date}, {time}. See you soon!",
  "Hola {first}, su pedido #{ref} llega mañana antes de las {time}. Más información: {url}",
];

export const INBOUND_TEMPLATES: readonly string[] = [
  "C",
  "Yes",
  "STOP",
  "Ok thanks",
  "Thanks 👍",
  "R please, can we do {date} instead?",
  "Hi, this is {name}. I have not received the code, can you send it again?",
  "Please leave it with my neighbor, I am at {address} after {time}",
  "That was not me! My card ends in {last4}, please block it now and call me on {phone}",
  "My new e-mail is {email}, the old one bounces. Also the invoice #{ref} has the wrong address: it must be {address}. Thanks, {first}",
];

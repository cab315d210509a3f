import type { LanguageTemplates } from "./template-language";

/** What is written in English. */
export const TEMPLATES_EN: LanguageTemplates = {
  weekdays: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  products: [
    "walnut desk lamp",
    "linen duvet set",
    "cast-iron pan",
    "folding bike rack",
    "wool throw",
    "oak stool",
  ],
  scripts: {
    code: [
      [
        "> {code} is your {bank} security code. It expires in 10 minutes. Never share it, not even with our staff.",
      ],
      ["> {bank}: use {code} to approve {amount} at {merchant}. Not you? Call {helpline} now."],
      ["> Hi {first}, your {shop} sign-in code is {code}. Do not pass it on to anyone."],
      ["> {code} is your {shop} verification code. Valid for 5 minutes. Ref {ref}."],
      ["> {parcel}: show code {code} at the counter to collect parcel {tracking}."],
      [
        "> Your code to reset the {bank} app passcode is {code}. If this was not you, call {helpline} at once.",
      ],
      ["> {clinic}: {first}, enter {code} to open your test results at {link}. The code works once."],
      [
        "> {bank}: {code} adds a new payee to your account ending {card}. We will NEVER ask you to read it out.",
      ],
    ],
    delivery: [
      [
        "> Hi {first}, parcel {tracking} for {street} was too big for the letterbox, so the driver took it back to the {parcel} depot. Collect it from {day}, {time} to {until}, with photo ID, or choose another day at {link}",
      ],
      ["> {parcel}: your order {order} arrives {day} between {time} and {until}. Track it: {link}"],
      [
        "> Hi {first}, parcel {tracking} was left with a neighbour near {street}. Questions? {helpline} - {parcel}",
      ],
      ["> {parcel}: sorry we missed you at {street}. We will try again {day}, or rebook at {link}"],
      ["> Good news {first}! Your {product} has left our warehouse. Delivery by {parcel} on {day}."],
      [
        "> {parcel}: {first}, a delivery charge of {fee} is due on parcel {tracking} before {day}. Pay at {link}",
      ],
      [
        "> {shop}: order {order} is ready to collect until {later}. Bring this text and photo ID in the name {name}.",
      ],
      [
        "> {parcel}: {tracking} is due {day} {time}-{until} at {street}. Reply 1 to keep, 2 to leave in a safe place.",
        "< 2 - behind the blue bins please, the side gate at {street} is open",
        "> Thanks {first}, the driver has your note. {parcel}",
      ],
      [
        "> {parcel}: delivered! {tracking} was handed over at {street} at {time}. Rate your driver: {link} 📦",
      ],
    ],
    bank: [
      [
        "> {bank}: {first}, from {later} the overdraft limit of your account ending {card} changes to {amount}. You need not do anything. To keep your present limit, write to us in the app or call {helpline} before {day}.",
      ],
      ["> {bank}: {amount} spent at {merchant} with card ending {card}. Balance {balance}."],
      ["> {bank}: your salary of {balance} has been paid in to the account ending {card}."],
      [
        "> {first}, your {bank} account ending {card} is overdrawn by {amount}. Pay in before {time} to avoid a fee.",
      ],
      ["> {bank}: a direct debit of {amount} to {merchant} will leave account ending {card} on {day}."],
      [
        "> {bank} fraud check: did you just try to spend {amount} at {merchant} with card ending {card}? Reply YES or NO.",
        "< YES",
        "> Thank you {first}. The payment may now be tried again. {bank}",
      ],
      [
        "> {bank} fraud check: was it you who spent {amount} at {merchant} on card {card}? Reply YES or NO.",
        "< NO!! I have never been to {merchant}, please block it",
        "> We have stopped the payment and frozen card {card}, {first}. A new one goes to {street} by {later}.",
        "< thank you, that was quick",
      ],
      [
        "> {bank}: your card ending {card} is locked after 3 wrong PIN entries. Unlock it in the app or call {helpline}.",
      ],
      ["> {bank}: {first}, your statement is ready. Minimum payment {amount}, due {later}. See {link}"],
    ],
    appointment: [
      [
        "> {clinic}: {first}, before you see {clinician} on {day} at {time}, please do not eat for six hours and drink only water. Bring a list of your medicines and someone who can take you home. Questions? Call {helpline}.",
      ],
      [
        "> {clinic}: {first}, you are booked with {clinician} on {day} at {time}. To change it call {helpline}.",
      ],
      [
        "> Reminder from {clinic}: appointment with {clinician} {day}, {time}. Reply YES to confirm or NO to cancel.",
        "< YES",
        "> Confirmed, {first}. Please arrive 10 minutes early. {clinic}",
      ],
      [
        "> {clinic}: can you still make {time} on {day} with {clinician}? Reply YES or NO.",
        "< No sorry, I'm working until {until} that day. Anything on {later}?",
        "> We have moved you to {later} at {time}, {first}. See you then! {clinic}",
        "< Perfect, thanks so much",
      ],
      ["> {clinic}: {first}, your repeat prescription is ready. Collect it before {later}, 8 am to 6 pm."],
      [
        "> {clinic}: your blood test results are back. {clinician} would like to call you on {day} at about {time}.",
      ],
      [
        "> {clinic}: {first} (born {birth}), you are due for a flu jab. Book yours at {link} or on {helpline}.",
      ],
    ],
    marketing: [
      [
        "> {first}, {percent}% off every {product} at {shop} until {day}! Code SAVE{percent}. {link} Reply STOP to opt out",
      ],
      ["> {shop}: we saved your basket! The {product} is waiting at {link}. Text STOP to end offers."],
      ["> 🎉 Happy weekend {first}! Free delivery at {shop} until {day}. {link} STOP to opt out"],
      [
        "> {shop} members' evening on {day} from {time}: drinks, music and {percent}% off. RSVP {link}. Opt out: STOP",
      ],
      [
        "> {bank}: {first}, you could earn {amount} by switching your savings to us. See {link}. Reply STOP to end.",
      ],
      [
        "> Back in stock at {shop}: the {product} you looked at. From {amount}. {link} Reply STOP to unsubscribe",
      ],
    ],
    optOut: [
      ["< STOP", "> {shop}: you are unsubscribed and will get no more offers. Help: {helpline}"],
      [
        "< Stop",
        "> You will get no more marketing texts from {shop}, {first}. Orders and codes still reach you.",
      ],
      [
        "< STOP please, far too many texts",
        "> Sorry to see you go, {first}. {shop} will send no more offers.",
      ],
    ],
    question: [
      [
        "< Hi, is the shop open on {day}? I want to see the {product} before I buy it",
        "> Hello {first}, yes: {time} to {until} that day. {agent}, {shop}",
      ],
      [
        "< What is my balance please? Acc ending {card}",
        "> For your safety we can't text balances on request, {first}. Open the {bank} app or call {helpline}.",
      ],
      [
        "< I changed my email, the new one is {email}. Can you update it?",
        "> Done, {first}: we now write to {email}. If this was not you call {helpline}. {shop}",
      ],
      [
        "< Running 15 mins late for my {time} with {clinician}, sorry!! {name}",
        "> No problem {first}, we will wait. {clinic}",
      ],
      [
        "< who is this? I did not order anything",
        "> This is {parcel}. Parcel {tracking} is addressed to {name}, {street}.",
      ],
      [
        "< Can the driver call me on {phone} when he gets to {street}? The bell is broken",
        "> Will do, {first}! {parcel}",
      ],
    ],
    support: [
      [
        "< Hi, my order {order} still hasn't arrived and it's been over a week",
        "> Hi {first}, {agent} here from {shop}. Sorry about that! Can you confirm the delivery address?",
        "< {street}. It's always been {street}, I've not moved",
        "> Thanks. {parcel} says {tracking} is held at the depot. I've asked for delivery on {day}, {time}-{until}.",
        "< Ok but someone has to sign and I'm at work. Can my neighbour take it?",
        "> Of course, I've added a note. You'll also get {fee} back for the wait.",
        "< Brilliant, thanks {agent}",
      ],
      [
        "< I was charged {amount} twice by {merchant} yesterday",
        "> Hello {first}, this is {agent} at {bank}. May I have your date of birth to find the account?",
        "< {birth}, and the card ends {card}",
        "> Thank you. I see both. One is only a hold and drops off by {day}; nothing more to do.",
        "< so I'm not going to be overdrawn?",
        "> No, your available balance is {balance} and the hold is not counted twice. Anything else?",
        "< No that's all, cheers",
      ],
      [
        "< The {product} came broken. One leg is cracked right through 😡",
        "> Oh no, sorry {first}! {agent} from {shop}. Could you send a photo to the link {link}?",
        "< Sent two just now, order {order}",
        "> Got them, thank you. Would you like a new one or {amount} back?",
        "< New one please, same address {street}",
        "> It will be with you on {day} and the courier takes the old one away.",
      ],
      [
        "< cant log in to the app. says my account {ref} is locked??",
        "> Hi {first}, {agent} from {bank}. Did you recently change your phone or your number?",
        "< yes new phone, number is still {phone}",
        "> Then I only need to re-register it. I've sent a link to {email}, please open it on the new phone.",
        "< It worked! Took me 2 minutes",
        "> Lovely. Remember we never ask for your full passcode. Have a good day, {first}!",
      ],
    ],
  },
};

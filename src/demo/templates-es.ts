import type { LanguageTemplates } from "./template-language";

/** What is written in Spanish. */
export const TEMPLATES_ES: LanguageTemplates = {
  weekdays: ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
  products: [
    "lámpara de nogal",
    "juego de sábanas",
    "sartén de hierro",
    "manta de lana",
    "taburete de roble",
  ],
  scripts: {
    code: [
      ["> {code} es su código de seguridad de {bank}. Vence en 10 minutos. No lo comparta con nadie."],
      ["> {bank}: use {code} para aprobar {amount} en {merchant}. ¿No fue usted? Llame al {helpline}."],
      ["> Hola {first}, tu clave de acceso a {shop} es {code}. No la compartas."],
      ["> {parcel}: muestre la clave {code} en el mostrador para recoger el paquete {tracking}."],
      ["> {clinic}: {first}, con {code} puede abrir sus resultados en {link}. Sirve una sola vez."],
    ],
    delivery: [
      ["> {parcel}: su pedido {order} llega el {day} entre {time} y {until}. Siga el envío: {link}"],
      ["> Hola {first}, dejamos el paquete {tracking} con su vecino de {street}. {parcel}"],
      ["> {parcel}: no le encontramos en {street}. Volvemos el {day}, o elija otra fecha en {link}"],
      ["> {shop}: ¡buenas noticias, {first}! Tu {product} ya va en camino. Entrega el {day} con {parcel}."],
      [
        "> {shop}: el pedido {order} te espera en la tienda hasta el {later}. Trae una identificación de {name}.",
      ],
      [
        "> {parcel}: {tracking} llega el {day}, {time}-{until}. Responda 1 para la puerta, 2 para el vecino.",
        "< 1, pero toquen fuerte porque el timbre de {street} no funciona",
        "> Gracias {first}, el conductor ya tiene su nota. {parcel}",
      ],
    ],
    bank: [
      ["> {bank}: compra de {amount} en {merchant} con la tarjeta {card}. Saldo: {balance}."],
      ["> {bank}: recibió un depósito de {balance} en la cuenta {card}."],
      ["> {first}, su cuenta {card} tiene un sobregiro de {amount}. Deposite antes del {day}. {bank}"],
      [
        "> {bank}: ¿intentó pagar {amount} en {merchant} con la tarjeta {card}? Responda SI o NO.",
        "< SI",
        "> Gracias {first}. Ya puede intentar el pago otra vez. {bank}",
      ],
      [
        "> {bank}: cargo sospechoso de {amount} en {merchant}, tarjeta {card}. ¿Fue usted? SI / NO",
        "< NO, yo no fui, bloqueen la tarjeta por favor",
        "> Tarjeta {card} bloqueada, {first}. La nueva llega a {street} antes del {later}.",
        "< Muchas gracias, qué susto",
      ],
    ],
    appointment: [
      ["> {clinic}: {first}, su cita con {clinician} es el {day} a las {time}. Cambios: {helpline}."],
      [
        "> Recordatorio de {clinic}: cita con {clinician} el {day}, {time}. Responda SI para confirmar o NO para cancelar.",
        "< SI",
        "> Confirmado, {first}. Llegue 10 minutos antes, por favor. {clinic}",
      ],
      [
        "> {clinic}: ¿puede venir el {day} a las {time}? Responda SI o NO.",
        "< No puedo, trabajo hasta las {until}. ¿Hay lugar el {later}?",
        "> Listo {first}, le pasamos al {later} a las {time}. {clinic}",
      ],
      [
        "> {clinic}: {first} (nac. {birth}), ya le toca su vacuna anual. Pida cita en {link} o al {helpline}.",
      ],
    ],
    marketing: [
      [
        "> {first}, {percent}% de descuento en {shop} hasta el {day} con AHORRA{percent}: {link} Responde STOP para salir",
      ],
      [
        "> {shop}: tu {product} sigue en el carrito. Termina tu compra en {link}. STOP para no recibir ofertas",
      ],
      ["> 🎁 ¡{first}, regalo sorpresa en {shop} el {day} desde las {time}! {link} Salir: STOP"],
      [
        "> {bank}: gane {amount} al abrir su cuenta de ahorros, {first}. Vea {link}. Responda STOP para salir",
      ],
    ],
    optOut: [
      ["< STOP", "> {shop}: te dimos de baja y no recibirás más ofertas. Ayuda: {helpline}"],
      ["< Stop por favor, ya no quiero mensajes", "> Listo {first}, {shop} no te enviará más publicidad."],
    ],
    question: [
      [
        "< Hola, ¿abren el {day}? Quiero ver algo en persona ({product})",
        "> Hola {first}, sí, de {time} a {until}. ¡Te esperamos! {agent}, {shop}",
      ],
      [
        "< Cambié de correo, ahora es {email}. ¿Lo pueden actualizar?",
        "> Hecho, {first}: escribiremos a {email}. ¿Algún error? {helpline}. {shop}",
      ],
      [
        "< Voy 15 minutos tarde a mi cita con {clinician}, perdón. {name}",
        "> No se preocupe {first}, le esperamos. {clinic}",
      ],
      [
        "< ¿El chofer me puede llamar al {phone} cuando llegue a {street}?",
        "> Claro que sí, {first}. Ya lo anotamos. {parcel}",
      ],
    ],
    support: [
      [
        "< Hola, mi pedido {order} no ha llegado y ya pasó más de una semana",
        "> Hola {first}, soy {agent} de {shop}. Lo siento mucho. ¿Me confirmas tu dirección?",
        "< Es {street}, la misma de siempre",
        "> Gracias. {tracking} está en el centro de {parcel}. Pedí la entrega para el {day}, {time}-{until}.",
        "< A esa hora trabajo, ¿puede firmar mi mamá?",
        "> Por supuesto, ya está anotado. También te devolvemos {fee} del envío.",
        "< Muchas gracias {agent}, muy amable",
      ],
      [
        "< Me cobraron dos veces {amount} en {merchant}",
        "> Buenas tardes {first}, soy {agent} de {bank}. ¿Me da su fecha de nacimiento, por favor?",
        "< {birth}, la tarjeta termina en {card}",
        "> Gracias. El segundo cargo es solo una retención y se libera antes del {day}.",
        "< ¿Entonces no voy a quedar en negativo?",
        "> No, su saldo disponible es {balance}. Que tenga buen día, {first}.",
      ],
    ],
  },
};

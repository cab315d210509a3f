/** A rendered twin with the types alone, as if every role's operator were `replace`: "[PHONE •••23]" is "[PHONE]". */
export function typesOnly(text: unknown): unknown {
  return typeof text === "string" ? text.replace(/\[([A-Z]+(?:_(?:ID|TOKEN))?)[_ ][^\]]*\]/g, "[$1]") : text;
}

/**
 * The places that an error passed through, from behind its message: that can hold what was sent or stored, and have lines
 * that look like places. Where the message was changed since, nothing is told.
 */
export function framesOf({ message, stack = "" }: Error): readonly string[] {
  const from = message === "" ? -1 : stack.indexOf(message);
  if (from < 0) return [];
  const lines = stack.slice(from + message.length).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line.startsWith("at "));
}

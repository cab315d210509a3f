/** Where a part of a message ends without the marks that close a sentence, a bracket or a quotation behind it, from `least` on. */
export function endBeforeMarks(part: string, marks: RegExp, least = 0): number {
  let end = part.length;
  while (end > least && marks.test(part.charAt(end - 1))) end--;
  return end;
}

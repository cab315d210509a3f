/** A seeded stream of numbers (sfc32): the same seed gives the same data on every machine. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed | 0;
    this.b = 0x9e3779b9;
    this.c = 0x243f6a88;
    for (let round = 0; round < 15; round++) this.uint32();
  }

  uint32(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor((this.uint32() / 0x1_0000_0000) * limit);
  }

  chance(probability: number): boolean {
    return this.uint32() < probability * 0x1_0000_0000;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  /** Eight hexadecimal digits. */
  hex8(): string {
    return this.uint32().toString(16).padStart(8, "0");
  }
}

/**
 * A UUIDv7 whose random bits come from a seeded stream.
 *
 * @see RFC 9562 §5.7
 */
export function seededUuid7(timeMs: number, random: Random): string {
  const time = timeMs.toString(16).padStart(12, "0");
  const first = random.hex8();
  const second = random.hex8();
  const variant = "89ab".charAt(Number.parseInt(first.charAt(3), 16) & 3);
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-7${first.slice(0, 3)}-` +
    `${variant}${first.slice(4, 7)}-${first.slice(7)}${random.hex8().slice(0, 3)}${second}`
  );
}

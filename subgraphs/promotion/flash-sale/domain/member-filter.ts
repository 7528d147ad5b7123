/** At 10 bits for each member and 4 probes, about one in a hundred of those who aren't in it seems to be. */
const bitsEach = 10;
const probes = 4;

/**
 * A set of members that takes ten bits for each (a Bloom filter): whoever was added is in it for certain, and hardly anybody else seems to be.
 */
export class MemberFilter {
  readonly #bits: Uint8Array;
  readonly #size: number;

  /** Room for so many members. */
  constructor(members: number) {
    this.#size = Math.max(64, members * bitsEach);
    this.#bits = new Uint8Array(Math.ceil(this.#size / 8));
  }

  add(memberId: string): void {
    for (const bit of this.#placesOf(memberId)) this.#bits[bit >> 3] = (this.#bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  /** False only for who is not in it. */
  mayHave(memberId: string): boolean {
    return this.#placesOf(memberId).every((bit) => ((this.#bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0);
  }

  /** Two independent hashes give as many as are needed. */
  #placesOf(memberId: string): number[] {
    const [one, other] = [fnv1a(memberId, 0x811c9dc5), fnv1a(memberId, 0x01000193) | 1];
    return Array.from({ length: probes }, (_, nth) => ((one + nth * other) >>> 0) % this.#size);
  }
}

/** The FNV-1a hash of a text, 32 bits, from a basis. */
function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

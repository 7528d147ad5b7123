/** So many at most, the last ones: as many as tokens are remembered. */
const remembered = 10_000;

/**
 * By which names callers came to the door. It tells who is asking before that is looked into, which is good enough to tell somebody to come again, and for nothing else: credentials that were good
 * may have ended.
 */
export class KnownCallers {
  readonly #names = new Map<string, string>();

  /** Null for credentials that nobody came with lately. */
  nameOf(credentials: string): string | null {
    return this.#names.get(credentials) ?? null;
  }

  remember(credentials: string, name: string): void {
    this.#names.set(credentials, name);
    if (this.#names.size <= remembered) return;
    const [oldest] = this.#names.keys();
    if (oldest !== undefined) this.#names.delete(oldest);
  }
}

/** What was answered, in one word, with what came. */
export interface Said<Data> {
  readonly word: string;
  readonly data: Data | null;
  /** How often it was answered with an error before, and whether it still is. */
  readonly errors: number;
  /** How often it was told to come again, and nothing had been done. */
  readonly turnedAway: number;
  /** After how long, milliseconds. */
  readonly comeAgainMs?: number;
}

/** Counts words. */
export class Tally {
  readonly #counts = new Map<string, number>();

  readonly #errors: number;
  readonly #turnedAway: number;

  constructor(answers: readonly Said<unknown>[]) {
    this.#errors = answers.reduce((sum, { errors }) => sum + errors, 0);
    this.#turnedAway = answers.reduce((sum, { turnedAway }) => sum + turnedAway, 0);
    for (const { word } of answers) this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  of(word: string): number {
    return this.#counts.get(word) ?? 0;
  }

  /** Everything that is neither `done` nor an error. */
  refused(): number {
    return [...this.#counts].reduce(
      (sum, [word, count]) => (word === 'done' || word.startsWith('error ') ? sum : sum + count),
      0,
    );
  }

  /** All words, the most frequent first. */
  text(): string {
    const sorted = [...this.#counts].sort(([, one], [, other]) => other - one);
    return sorted.map(([word, count]) => `${count} ${word}`).join(', ');
  }

  errors(): { readonly unexpected: string; readonly turnedAway: string } {
    return { unexpected: String(this.#errors), turnedAway: String(this.#turnedAway) };
  }
}

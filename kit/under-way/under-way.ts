/** Counts what is being answered, so that a stop can wait for those as well whose callers have gone away. */
export class UnderWay {
  #count = 0;
  #whenNone: (() => void)[] = [];

  /** Something begins; whoever says so calls `end` once. */
  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    for (const tell of this.#whenNone) tell();
    this.#whenNone = [];
  }

  /** Waits until nothing is under way, `withinMs` milliseconds at most. Gives how many still are. */
  async none(withinMs: number): Promise<number> {
    if (this.#count > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#whenNone.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.#count;
  }
}

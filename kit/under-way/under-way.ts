/** How long what is being answered is waited for unless told otherwise, milliseconds: more than an answer takes, less than a process is given to stop. */
const answersWithinMs = 2_500;

/** Counts what is being answered, so that a stop can wait for those as well whose callers have gone away. */
export class UnderWay {
  #count = 0;
  #whenNone: (() => void)[] = [];

  /** So many are under way. */
  get count(): number {
    return this.#count;
  }

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
  async none(withinMs = answersWithinMs): Promise<number> {
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

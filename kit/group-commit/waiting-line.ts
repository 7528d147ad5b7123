/** Something that waits for its turn with others that contend for the same. */
export interface Contender {
  /** What it contends for. Those without a key in common don't wait for each other. */
  readonly keys: readonly string[];
}

/**
 * A line with one queue for each key: who shares a key with somebody under way, or with somebody who waits in front, waits. Everybody else may go,
 * and those who may go at one moment go together.
 */
export class WaitingLine<Entry extends Contender> {
  #waiting: Entry[] = [];
  readonly #waitingFor = new Map<string, number>();
  readonly #underWay = new Set<string>();

  get length(): number {
    return this.#waiting.length;
  }

  /** Who has waited longest. */
  get first(): Entry | undefined {
    return this.#waiting[0];
  }

  /** How many wait for a key. */
  waitingFor(key: string): number {
    return this.#waitingFor.get(key) ?? 0;
  }

  add(entry: Entry): void {
    this.#waiting.push(entry);
    for (const key of entry.keys) this.#waitingFor.set(key, this.waitingFor(key) + 1);
  }

  /** Lets those go who may, in order of arrival, at most so many; they are under way until {@link finish}. */
  next(most: number): Entry[] {
    const group: Entry[] = [];
    const taken = new Set(this.#underWay);
    const staying: Entry[] = [];
    let seen = 0;
    for (const entry of this.#waiting) {
      if (group.length === most) break;
      seen += 1;
      if (entry.keys.some((key) => taken.has(key))) {
        // Nobody behind may overtake on any of its keys.
        for (const key of entry.keys) taken.add(key);
        staying.push(entry);
      } else group.push(entry);
    }
    if (group.length === 0) return group;
    this.#waiting = [...staying, ...this.#waiting.slice(seen)];
    for (const entry of group) {
      this.#forget(entry);
      for (const key of entry.keys) this.#underWay.add(key);
    }
    return group;
  }

  /** A group is done: its keys are free. */
  finish(group: readonly Entry[]): void {
    for (const { keys } of group) for (const key of keys) this.#underWay.delete(key);
  }

  /** Takes those out of the line that wait no longer. */
  remove(leaves: (entry: Entry) => boolean): Entry[] {
    const { left = [], staying = [] } = Object.groupBy(this.#waiting, (entry) => (leaves(entry) ? 'left' : 'staying'));
    this.#waiting = staying;
    for (const entry of left) this.#forget(entry);
    return left;
  }

  #forget({ keys }: Entry): void {
    for (const key of keys) {
      const others = this.waitingFor(key) - 1;
      if (others > 0) this.#waitingFor.set(key, others);
      else this.#waitingFor.delete(key);
    }
  }
}

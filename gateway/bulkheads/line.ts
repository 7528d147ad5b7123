/** Who asks, in requests. */
export interface Caller {
  readonly key: string;
  /** Whether there may be many people behind it. */
  readonly isCrowd: boolean;
  /** Inside or in line. */
  asked: number;
  inside: number;
}

/** A request that waits for a place. */
export interface Waiting {
  readonly caller: Caller;
  /** There is a place; `leave` gives it back. */
  enter(leave: () => void): void;
  refuse(refusal: Error): void;
}

/** Those who wait, in order of arrival. It is never longer than places can become, so it is looked through each time. */
export class Line {
  readonly #waiting = new Set<Waiting>();

  get length(): number {
    return this.#waiting.size;
  }

  put(waiting: Waiting): void {
    this.#waiting.add(waiting);
  }

  remove(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  /** The one whose caller has the fewest places, the first to come among equals, but none who has a share already; null when there is nobody. */
  mostModest(hasShare: (caller: Caller) => boolean): Waiting | null {
    let chosen: Waiting | null = null;
    for (const each of this.#waiting) {
      if (chosen !== null && each.caller.inside >= chosen.caller.inside) continue;
      if (!hasShare(each.caller)) chosen = each;
      // Nobody has fewer than none.
      if (chosen?.caller.inside === 0) return chosen;
    }
    return chosen;
  }

  /** The one whose caller asks for the most, the last to come among equals; null when nobody waits. */
  greediest(): Waiting | null {
    let chosen: Waiting | null = null;
    for (const each of this.#waiting) if (!chosen || each.caller.asked >= chosen.caller.asked) chosen = each;
    return chosen;
  }
}

/** A request that waits for a place. */
export interface Waiting {
  readonly caller: string;
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

  /** The one whose caller has the fewest places, the first to come among equals; null when nobody waits. */
  mostModest(inside: (caller: string) => number): Waiting | null {
    let chosen: Waiting | null = null;
    for (const each of this.#waiting) if (!chosen || inside(each.caller) < inside(chosen.caller)) chosen = each;
    return chosen;
  }

  /** The one whose caller asks for the most, the last to come among equals; null when nobody waits. */
  greediest(asked: (caller: string) => number): Waiting | null {
    let chosen: Waiting | null = null;
    for (const each of this.#waiting) if (!chosen || asked(each.caller) >= asked(chosen.caller)) chosen = each;
    return chosen;
  }
}

/** A change on a working copy. `before` is missing for what is new. */
export interface Change<Row> {
  readonly key: string;
  readonly before: Row | undefined;
  readonly now: Row;
}

/**
 * A working copy of rows, by key: decisions of one transaction are made on it one after the other, then what has changed is written. A copy of a
 * copy lets one decision be tried and forgotten.
 */
export class WorkingCopy<Row> {
  readonly #below: ReadonlyMap<string, Row> | WorkingCopy<Row>;
  readonly #changed = new Map<string, Row>();

  constructor(below: ReadonlyMap<string, Row> | WorkingCopy<Row>) {
    this.#below = below;
  }

  get(key: string): Row | undefined {
    return this.#changed.get(key) ?? this.#below.get(key);
  }

  set(key: string, row: Row): void {
    this.#changed.set(key, row);
  }

  changes(): Change<Row>[] {
    return [...this.#changed].map(([key, now]) => ({ key, before: this.#below.get(key), now }));
  }

  /** Puts the changes of a tried decision into the copy below. */
  keep(): void {
    if (!(this.#below instanceof WorkingCopy)) throw new Error('there is nothing below to keep the changes in');
    for (const [key, row] of this.#changed) this.#below.set(key, row);
  }
}

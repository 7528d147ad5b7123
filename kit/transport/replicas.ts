import { Pool } from 'undici';

/** One process of a neighbour. */
export interface Replica {
  readonly pool: Pool;
  /** Passed over until then, by this process's monotonic clock. */
  downUntil: number;
}

/** How long a replica that could not be reached is passed over, milliseconds: about what its restart takes. */
const passedOverMs = 500;

/** The processes of one neighbour. Calls go to them in turn; those that have just failed are passed over while another one is there. */
export class Replicas {
  readonly #replicas: readonly Replica[];
  #turn = 0;

  constructor(urls: readonly string[], connections: number) {
    this.#replicas = urls.map((url) => ({
      pool: new Pool(new URL(url).origin, {
        connections,
        pipelining: 1,
        connectTimeout: 1000,
        keepAliveTimeout: 30_000,
        // Every call has a deadline of its own, which ends it.
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
      downUntil: 0,
    }));
  }

  get count(): number {
    return this.#replicas.length;
  }

  /** Whom to call: the next one that isn't down; when all are, the one that has been for longest. */
  next(): Replica {
    const now = performance.now();
    const from = this.#turn;
    this.#turn = (from + 1) % this.count;
    const inTurn = [...this.#replicas.slice(from), ...this.#replicas.slice(0, from)];
    const up = inTurn.find(({ downUntil }) => downUntil <= now);
    const [chosen] = up === undefined ? inTurn.toSorted((a, b) => a.downUntil - b.downUntil) : [up];
    if (chosen === undefined) throw new RangeError('a neighbour needs at least one address');
    return chosen;
  }

  /** It could not be reached, or gave no answer in time. */
  passOver(replica: Replica): void {
    replica.downUntil = performance.now() + passedOverMs;
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map(({ pool }) => pool.close()));
  }
}

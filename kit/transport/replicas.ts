import { CallsTogether } from './calls-together.ts';
import { Connections } from './connections.ts';

/** One process of a neighbour. */
export interface Replica {
  readonly connections: Connections;
  /** As its `host` field says it. */
  readonly host: string;
  /** For calls that may be made again. */
  readonly together: CallsTogether;
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
    this.#replicas = urls.map((url) => {
      const service = { connections: new Connections(new URL(url), connections), host: new URL(url).host };
      return { ...service, together: new CallsTogether(service), downUntil: 0 };
    });
  }

  get count(): number {
    return this.#replicas.length;
  }

  /** Whom to call: the next one that isn't down; when all are, the one that has been for longest. */
  next(): Replica {
    const now = performance.now();
    const from = this.#turn;
    this.#turn = (from + 1) % this.count;
    let longestDown: Replica | undefined;
    for (let step = 0; step < this.count; step += 1) {
      const replica = this.#replicas[(from + step) % this.count];
      if (replica === undefined) continue;
      if (replica.downUntil <= now) return replica;
      if (longestDown === undefined || replica.downUntil < longestDown.downUntil) longestDown = replica;
    }
    if (longestDown === undefined) throw new RangeError('a neighbour needs at least one address');
    return longestDown;
  }

  /** It could not be reached, or gave no answer in time. */
  passOver(replica: Replica): void {
    replica.downUntil = performance.now() + passedOverMs;
  }

  async close(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.connections.close()));
  }
}

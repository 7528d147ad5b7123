/** So many failures mean that a subgraph is away, if it has answered nothing since any of these calls began: one that has more to do than it can answers late, but answers. */
const failuresThatOpen = 5;
/** While it is away one call in this time tries it, milliseconds, whether or not the one before has come back. */
const tryEveryMs = 250;

/** Knows whether a subgraph is worth a call. */
export interface Circuit {
  /** True from the failures in a row until the next answer. */
  isOpen(): boolean;
  /** Whether a call may be made now. While the circuit is open, the one that may is a trial. */
  admits(): boolean;
  succeeded(): void;
  /** A call that began then brought no answer: on the circuit's clock. True when this failure opened the circuit. */
  failed(begunAt: number): boolean;
}

/** A circuit that opens after failures without any answer and closes at the first answer, within a quarter of a second of the subgraph's return. `now` is in milliseconds. */
export function createCircuit(now: () => number): Circuit {
  let failures = 0;
  let answeredAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  const isOpen = () => failures >= failuresThatOpen;
  return {
    isOpen,
    admits() {
      if (!isOpen()) return true;
      const at = now();
      if (at - triedAt < tryEveryMs) return false;
      triedAt = at;
      return true;
    },
    succeeded() {
      failures = 0;
      answeredAt = now();
    },
    failed(begunAt) {
      if (answeredAt > begunAt) return false;
      failures += 1;
      if (failures !== failuresThatOpen) return false;
      triedAt = now();
      return true;
    },
  };
}

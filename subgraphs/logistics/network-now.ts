import type { Clock } from '#kit/clock/clock.ts';
import { createLookAgain } from '#kit/look-again/look-again.ts';
import { whenBothKnown, type Known } from '#kit/near-cache/known.ts';
import { noteRead } from '#kit/near-cache/noted-reads.ts';
import type { NetworkNow } from './delivery/domain/planning.ts';
import type { Fulfillments } from './fulfillment/store/fulfillments.ts';
import type { Network } from './network/domain/network.ts';
import type { NetworkStore } from './network/store/network.ts';

/** A promise doesn't turn on a few parcels: the warehouses' backlog is counted this often at most, milliseconds, while everybody goes on with what was counted before. */
const backlogFreshMs = 5_000;
/** What was counted longer ago isn't gone on with when it can't be counted again, milliseconds. */
const backlogUsableMs = 60_000;

interface Counted {
  /** When counting began, milliseconds. */
  readonly at: number;
  readonly backlog: ReadonlyMap<string, number>;
}

interface WarningLog {
  warn(facts: object, message: string): void;
}

/** Reads the state of the network; `known` is the network itself, for who has asked for it already. */
export type ReadNetworkNow = (known?: Known<Network>) => Known<NetworkNow>;

/** Reads the state of the network that plans are made from. */
export function createNetworkNow(deps: {
  readonly network: Pick<NetworkStore, 'network'>;
  readonly fulfillments: Pick<Fulfillments, 'backlog'>;
  readonly clock: Clock;
  readonly log: WarningLog;
}): ReadNetworkNow {
  const { network, fulfillments, clock, log } = deps;
  let counted: Counted | null = null;
  let failure: unknown = null;
  // One count for all who ask meanwhile: with a million parcels waiting it takes a second.
  const counts = createLookAgain({
    everyMs: backlogFreshMs,
    clock: () => clock.now().getTime(),
    async look() {
      const at = clock.now().getTime();
      counted = { at, backlog: await fulfillments.backlog() };
    },
    onFailure(error) {
      failure = error;
      log.warn({ err: error }, 'the backlog of warehouses could not be counted');
    },
  });

  return (known = network.network()) => {
    const now = clock.now();
    return whenBothKnown(known, backlogAt(now.getTime()), (current, backlog) => ({ network: current, backlog, now }));
  };

  function backlogAt(now: number): Known<ReadonlyMap<string, number>> {
    const count = counts.recently();
    return count === undefined ? lastBacklog(now) : count.then(() => lastBacklog(now));
  }

  /** What was counted last; whoever comes when that can't be used any more hears why there is nothing newer. */
  function lastBacklog(now: number): Known<ReadonlyMap<string, number>> {
    const ageMs = counted === null ? Infinity : Math.abs(now - counted.at);
    if (counted === null || ageMs >= backlogUsableMs) return Promise.reject(failure);
    // What was counted for this question has no age.
    noteRead('warehouseBacklog', ageMs === 0 ? null : () => ageMs);
    return counted.backlog;
  }
}

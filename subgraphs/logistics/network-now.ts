import type { Clock } from '#kit/clock/clock.ts';
import { whenBothKnown, type Known } from '#kit/near-cache/known.ts';
import { noteRead } from '#kit/near-cache/noted-reads.ts';
import type { NetworkNow } from './delivery/domain/planning.ts';
import type { Fulfillments } from './fulfillment/store/fulfillments.ts';
import type { Network } from './network/domain/network.ts';
import type { NetworkStore } from './network/store/network.ts';

/** A promise doesn't turn on a few parcels: the warehouses' backlog is counted this often at most, while everybody goes on with what was counted before. */
const backlogFreshMs = 5_000;
/** An older one isn't gone on with, milliseconds. */
const backlogUsableMs = 60_000;

interface Counted {
  /** When counting began, milliseconds. */
  readonly at: number;
  readonly backlog: ReadonlyMap<string, number>;
}

/** Reads the state of the network; `known` is the network itself, for who has asked for it already. */
export type ReadNetworkNow = (known?: Known<Network>) => Known<NetworkNow>;

/** Reads the state of the network that plans are made from. */
export function createNetworkNow(deps: {
  readonly network: Pick<NetworkStore, 'network'>;
  readonly fulfillments: Pick<Fulfillments, 'backlog'>;
  readonly clock: Clock;
}): ReadNetworkNow {
  const { network, fulfillments, clock } = deps;
  let counted: Counted | null = null;
  let counting: Promise<Counted> | null = null;

  return (known = network.network()) => {
    const now = clock.now();
    return whenBothKnown(known, backlogAt(now.getTime()), (current, backlog) => ({ network: current, backlog, now }));
  };

  function backlogAt(now: number): Known<ReadonlyMap<string, number>> {
    const last = counted;
    const ageMs = last === null ? Infinity : Math.abs(now - last.at);
    if (last === null || ageMs >= backlogUsableMs) {
      noteRead('warehouseBacklog', null);
      return count(now).then(({ backlog }) => backlog);
    }
    // Whoever comes when it can't be used any more hears that it can't be counted.
    if (ageMs >= backlogFreshMs) count(now).catch(() => undefined);
    noteRead('warehouseBacklog', () => ageMs);
    return last.backlog;
  }

  /** One count for all who ask meanwhile: with a million parcels waiting it takes a second. */
  function count(at: number): Promise<Counted> {
    counting ??= fulfillments
      .backlog()
      .then((backlog) => (counted = { at, backlog }))
      .finally(() => (counting = null));
    return counting;
  }
}

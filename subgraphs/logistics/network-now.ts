import type { Clock } from '#kit/clock/clock.ts';
import { whenBothKnown, type Known } from '#kit/near-cache/known.ts';
import { noteRead } from '#kit/near-cache/noted-reads.ts';
import type { NetworkNow } from './delivery/domain/planning.ts';
import type { Fulfillments } from './fulfillment/store/fulfillments.ts';
import type { Network } from './network/domain/network.ts';
import type { NetworkStore } from './network/store/network.ts';

/** A promise doesn't turn on a few parcels: the warehouses' backlog is counted this often at most. */
const backlogFreshMs = 5_000;

/** Reads the state of the network; `known` is the network itself, for who has asked for it already. */
export type ReadNetworkNow = (known?: Known<Network>) => Known<NetworkNow>;

/** Reads the state of the network that plans are made from. */
export function createNetworkNow(deps: {
  readonly network: Pick<NetworkStore, 'network'>;
  readonly fulfillments: Pick<Fulfillments, 'backlog'>;
  readonly clock: Clock;
}): ReadNetworkNow {
  const { network, fulfillments, clock } = deps;
  let counted = { at: Number.NEGATIVE_INFINITY, backlog: new Map<string, number>() };

  return (known = network.network()) => {
    const now = clock.now();
    return whenBothKnown(known, backlogAt(now.getTime()), (current, backlog) => ({ network: current, backlog, now }));
  };

  function backlogAt(now: number): Known<Map<string, number>> {
    const ageMs = Math.abs(now - counted.at);
    if (ageMs < backlogFreshMs) {
      noteRead('warehouseBacklog', () => ageMs);
      return counted.backlog;
    }
    noteRead('warehouseBacklog', null);
    return fulfillments.backlog().then((backlog) => {
      counted = { at: now, backlog };
      return backlog;
    });
  }
}

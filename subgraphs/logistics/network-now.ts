import type { Clock } from '#kit/clock/clock.ts';
import type { NetworkNow } from './delivery/domain/planning.ts';
import type { Fulfillments } from './fulfillment/store/fulfillments.ts';
import type { Network } from './network/domain/network.ts';
import type { NetworkStore } from './network/store/network.ts';

/** A promise doesn't turn on a few parcels: the warehouses' backlog is counted this often at most. */
const backlogFreshMs = 5_000;

/** Reads the state of the network; `known` is the network itself, for who has asked for it already. */
export type ReadNetworkNow = (known?: Promise<Network>) => Promise<NetworkNow>;

/** Reads the state of the network that plans are made from. */
export function createNetworkNow(deps: {
  readonly network: Pick<NetworkStore, 'network'>;
  readonly fulfillments: Pick<Fulfillments, 'backlog'>;
  readonly clock: Clock;
}): ReadNetworkNow {
  const { network, fulfillments, clock } = deps;
  let counted = { at: Number.NEGATIVE_INFINITY, backlog: new Map<string, number>() };

  return async (known = network.network()) => {
    const now = clock.now();
    const [current, backlog] = await Promise.all([known, backlogAt(now.getTime())]);
    return { network: current, backlog, now };
  };

  async function backlogAt(now: number): Promise<Map<string, number>> {
    if (Math.abs(now - counted.at) >= backlogFreshMs) counted = { at: now, backlog: await fulfillments.backlog() };
    return counted.backlog;
  }
}

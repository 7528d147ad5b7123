import { networkOf } from '#kit/client-address/network-of.ts';
import type { Rate, TokenBuckets } from '#kit/token-buckets/token-buckets.ts';

/** How often one member and one client address may try to buy; null: as often as they like. */
export interface CrowdRates {
  readonly member: Rate | null;
  readonly address: Rate | null;
}

/** Lets one purchase of a member, from a client address if it is known, pass: 0, or the milliseconds after which to come again. */
export type CrowdControl = (memberId: string, address: string | null) => number;

/** Members and addresses are counted apart, so that a crowd of addresses makes no member forgotten. */
export interface CrowdBuckets {
  readonly members: TokenBuckets;
  readonly addresses: TokenBuckets;
}

/**
 * Bounds how fast members and addresses come. It is decided in memory, which costs no question to anybody, and shared with the other processes behind the crowd's back:
 * who asks two of them in turn soon has one burst.
 */
export function createCrowdControl(rates: CrowdRates, { members, addresses }: CrowdBuckets): CrowdControl {
  const admitMember = admission(rates.member, members, 'member');
  const admitAddress = admission(rates.address, addresses, 'address');
  return (memberId, address) => admitMember(memberId) || (address === null ? 0 : admitAddress(networkOf(address)));
}

function admission(rate: Rate | null, buckets: TokenBuckets, kind: string): (name: string) => number {
  if (rate === null) return () => 0;
  return (name) => {
    const taken = buckets.take(`${kind} ${name}`, 1, rate);
    // A burst is one at least, so that there always comes a time.
    return taken.ok ? 0 : (taken.retryAfterMs ?? 0);
  };
}

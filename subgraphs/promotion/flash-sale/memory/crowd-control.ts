import { networkOf } from '#kit/client-address/network-of.ts';
import { takeToken, type Bucket, type Rate } from '../domain/token-bucket.ts';

/** How often one member and one client address may try to buy; null: as often as they like. */
export interface CrowdRates {
  readonly member: Rate | null;
  readonly address: Rate | null;
}

/** Lets one purchase of a member, from a client address if it is known, pass: 0, or the milliseconds after which to come again. */
export type CrowdControl = (memberId: string, address: string | null) => number;

/** Who has come longest ago is forgotten beyond this, which at worst gives them a new burst. */
const mostRemembered = 100_000;

/**
 * Bounds how fast members and addresses come, in the memory of this process: each replica lets as many pass. It costs no question to anybody,
 * which is what it is for.
 */
export function createCrowdControl(
  rates: CrowdRates,
  { nowMs = () => performance.now(), most = mostRemembered }: { nowMs?: () => number; most?: number } = {},
): CrowdControl {
  const admitMember = bucketsOf(rates.member, nowMs, most);
  const admitAddress = bucketsOf(rates.address, nowMs, most);
  return (memberId, address) => admitMember(memberId) || (address === null ? 0 : admitAddress(networkOf(address)));
}

function bucketsOf(rate: Rate | null, nowMs: () => number, most: number): (key: string) => number {
  if (rate === null) return () => 0;
  const buckets = new Map<string, Bucket>();
  return (key) => {
    const { bucket, waitMs } = takeToken(buckets.get(key), rate, nowMs());
    // Put in anew, so that those who come stand at the end.
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > most) {
      const [oldest = key] = buckets.keys();
      buckets.delete(oldest);
    }
    return waitMs;
  };
}

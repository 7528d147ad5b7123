import type { Connection } from 'mongoose';
import type { Wiring } from '#kit/subgraph/wiring.ts';
import { createBucketStore } from '#kit/token-buckets/store/bucket-store.ts';
import { createTokenBuckets } from '#kit/token-buckets/token-buckets.ts';
import type { CrowdBuckets } from '../memory/crowd-control.ts';

/** Who takes less than this part of a burst, as nearly everybody does in a flash sale, causes no write. */
const sharedFrom = 0.2;
const mostRemembered = 100_000;

/** The buckets of those who try to buy, shared by all processes of this subgraph. Close them before the connection. */
export function openCrowdBuckets(connection: Connection, { clock, log }: Wiring): CrowdBuckets {
  const store = createBucketStore(connection, 'crowdBuckets');
  const onFailure = (error: unknown) =>
    log.warn({ err: error }, 'tries to buy in flash sales could not be shared with other processes');
  const open = () => createTokenBuckets({ store, clock, onFailure, sharedFrom, most: mostRemembered });
  return { members: open(), addresses: open() };
}

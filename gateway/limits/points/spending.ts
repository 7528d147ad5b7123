import {
  createTokenBuckets,
  type Rate,
  type TokenBucketOptions,
  type TokenBuckets,
} from '#kit/token-buckets/token-buckets.ts';
import { rateLimited, tooExpensive } from '#kit/graphql/errors.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { RequestRefused } from '../../server/caller.ts';
import { type Budget, type Budgets, createPurse } from './budgets.ts';

/** What a request that can't be run costs its sender: reading it is work, and sending thousands of them is an attack. */
export const refusalPoints = 50;

/** An ordinary shopper spends less than this part of a minute's points, and causes no write. */
const sharedFrom = 0.1;

/** Where callers' points are counted, shared with the other gateways. */
export function createPointsDesk(options: Omit<TokenBucketOptions, 'sharedFrom'>): TokenBuckets {
  return createTokenBuckets({ ...options, sharedFrom });
}

function rateOf({ perMinute }: Budget): Rate {
  return { burst: perMinute, perSecond: perMinute / 60 };
}

interface Options {
  readonly desk: TokenBuckets;
  readonly budgets: Budgets;
  /** Whether callers on this machine may ask for as much as they like to. */
  readonly generousHere: boolean;
}

/** A caller's points, as the stages of admission use them. */
export interface Spending {
  /** Throws RequestRefused (429) when the caller has nothing left at all, before any work is done. */
  begin(viewer: Viewer, address: string): void;
  /** Pays for a request that is going to be run. Throws RequestRefused: 429 when that is too much now, 400 when it would always be. */
  pay(viewer: Viewer, address: string, points: number): void;
  /** Charges for a request that was refused. */
  penalise(viewer: Viewer, address: string): void;
}

/** Points against the desk, each caller by their own budget. */
export function createSpending({ desk, budgets, generousHere }: Options): Spending {
  const purseOf = createPurse({ budgets, generousHere });

  function take(viewer: Viewer, address: string, points: number): void {
    const { key, budget } = purseOf(viewer, address);
    const taken = desk.take(key, points, rateOf(budget));
    if (taken.ok) return;
    if (taken.retryAfterMs !== null) throw new RequestRefused(429, rateLimited(taken.retryAfterMs));
    throw new RequestRefused(
      400,
      tooExpensive(`The request costs ${points} points, more than the ${budget.perMinute} that you have a minute.`),
    );
  }

  return {
    begin: (viewer, address) => take(viewer, address, 1),
    pay: take,
    penalise(viewer, address) {
      const { key, budget } = purseOf(viewer, address);
      desk.charge(key, refusalPoints, rateOf(budget));
    },
  };
}

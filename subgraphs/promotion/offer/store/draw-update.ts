import type { Draw } from '../domain/draw.ts';

/**
 * The update that takes a draw off an offer, on condition that it is still there; `timesField` counts how often it may still be used. With it the
 * database holds the bound even where a transaction has seen too little.
 */
export function drawUpdate({ id, amountMinor, times }: Draw, timesField: 'usesLeft' | 'claimsLeft') {
  const money = amountMinor > 0;
  const counted = times > 0;
  return {
    updateOne: {
      filter: {
        _id: id,
        ...(money ? { 'budget.leftMinor': { $gte: amountMinor } } : {}),
        ...(counted ? { [timesField]: { $gte: times } } : {}),
      },
      update: {
        $inc: {
          ...(money ? { 'budget.leftMinor': -amountMinor, 'budget.committedMinor': amountMinor } : {}),
          ...(counted ? { [timesField]: -times } : {}),
        },
      },
    },
  };
}

/** Ends the transaction of a draw that found less than it had seen. */
export class OfferChangedError extends Error {
  constructor() {
    super('an offer changed inside a transaction that had read it');
    this.name = 'OfferChangedError';
  }
}

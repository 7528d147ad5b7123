import type { Refusal } from '#kit/user-error/user-error.ts';

/** The reasons of order that mean the same to somebody who buys from a flash sale. */
const passedOn = new Set([
  'NotFoundError',
  'InvalidInputError',
  'InvalidStateError',
  'InsufficientStockError',
  'PriceChangedError',
  'BusyError',
]);

/** Order's reasons in the terms of the flash sale: those that this graph has a type for as they are, the others by their code. */
export function orderRefusals(refusals: readonly Refusal[]): Refusal[] {
  return refusals.map((refusal) => {
    if (passedOn.has(refusal.type)) return refusal;
    return { type: 'OrderRefusedError', code: 'ORDER_REFUSED', reason: refusal.code };
  });
}

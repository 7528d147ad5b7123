import { invalidInput } from '#kit/user-error/user-error.ts';

/** The most units that one booking may name. */
export const largestQuantity = 1_000_000;

/** Whether a number of units may be booked or asked for: whole, `least` to 1,000,000. */
export function isQuantity(quantity: number, least = 1): boolean {
  return Number.isSafeInteger(quantity) && quantity >= least && quantity <= largestQuantity;
}

/** INVALID_INPUT for a quantity that {@link isQuantity} refuses. */
export function quantityOutOfLimits(path: readonly string[], least = 1) {
  return invalidInput(path, {
    en: `The quantity must be a whole number from ${least} to ${largestQuantity}.`,
    zh: `数量须为 ${least} 到 ${largestQuantity} 之间的整数。`,
  });
}

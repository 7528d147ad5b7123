import { invalidInput, type Refusal } from '#kit/user-error/user-error.ts';

/** The most units of one SKU in one cart or order. */
export const mostUnits = 999;
/** The most lines of one cart or order. */
export const mostLines = 100;

/** A SKU and how many of it. */
export interface LineInput {
  readonly skuId: string;
  readonly quantity: number;
}

/** Whether a quantity is a whole number of at least `least` and at most the units that a line may have. */
export function isQuantity(quantity: number, least = 1): boolean {
  return Number.isInteger(quantity) && quantity >= least && quantity <= mostUnits;
}

/** INVALID_INPUT for a quantity outside its limits, at `path`. */
export function badQuantity(path: readonly string[], least = 1) {
  return invalidInput(path, {
    en: `The quantity must be a whole number from ${least} to ${mostUnits}.`,
    zh: `数量须为 ${least} 到 ${mostUnits} 之间的整数。`,
  });
}

/** Every reason why these lines can't be put into a cart or ordered as they are; none when they can. */
export function lineRefusals(lines: readonly { readonly quantity: number }[]): Refusal[] {
  if (lines.length < 1 || lines.length > mostLines) {
    return [
      invalidInput(['lines'], {
        en: `There must be 1 to ${mostLines} lines.`,
        zh: `商品行数须在 1 到 ${mostLines} 之间。`,
      }),
    ];
  }
  return lines.flatMap((line, index) =>
    isQuantity(line.quantity) ? [] : [badQuantity(['lines', String(index), 'quantity'])],
  );
}

/** The same goods with one line a SKU, in the order of first mention. */
export function oneLinePerSku(lines: readonly LineInput[]): LineInput[] {
  const units = new Map<string, number>();
  for (const { skuId, quantity } of lines) units.set(skuId, (units.get(skuId) ?? 0) + quantity);
  return [...units].map(([skuId, quantity]) => ({ skuId, quantity }));
}

import { money, type Money } from '#kit/money/money.ts';
import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { skuUnavailable } from '../../order/domain/order-refusals.ts';
import type { Order, OrderLine } from '../../order/domain/order.ts';

/** What has to be known of a SKU that is wanted instead of another. */
export interface ReplacementFacts {
  readonly skuId: string;
  readonly productId: string;
  /** Null where it isn't sold in the order's channel. */
  readonly price: { readonly minor: number; readonly currency: string } | null;
}

/** What is sent instead, and what goes back because it is cheaper, minor units. */
export interface Replacement {
  readonly replacementSkuId: string;
  readonly differenceMinor: number;
}

/** REPLACEMENT_DEARER: the other SKU costs more today than the one that was bought did. Nothing is ever charged for an exchange. */
export function replacementDearer(path: readonly string[], difference: Money) {
  return { type: 'ReplacementDearerError', code: 'REPLACEMENT_DEARER', path, difference } as const satisfies Refusal;
}

/**
 * What some units of a line can be exchanged for. The same SKU is always an even exchange, whatever it costs today. Another one must be of the same product and
 * be sold in the order's channel; its price of today is compared with the channel price that the line was bought at: a cheaper one brings the difference back,
 * but never more than was paid for these units (`paidMinor`); a dearer one is refused.
 */
export function replacementOf(
  order: Pick<Order, 'currency'>,
  line: Pick<OrderLine, 'skuId' | 'productId' | 'unitPriceMinor'>,
  { units, paidMinor }: { readonly units: number; readonly paidMinor: number },
  wanted: { readonly skuId: string; readonly facts: ReplacementFacts | undefined; readonly path: readonly string[] },
): Outcome<Replacement> {
  const { skuId, facts, path } = wanted;
  if (skuId === line.skuId) return accepted({ replacementSkuId: skuId, differenceMinor: 0 });
  if (facts === undefined || facts.price === null || facts.price.currency !== order.currency)
    return refused(skuUnavailable(path, { skuId }));
  if (facts.productId !== line.productId) {
    return refused(
      invalidInput(path, {
        en: 'Choose another SKU of the same product, or return the goods and order again.',
        zh: '只能换同一商品的其他规格，换其他商品请退货后重新下单。',
      }),
    );
  }
  const difference = (line.unitPriceMinor - facts.price.minor) * units;
  if (difference < 0) return refused(replacementDearer(path, money(-difference, order.currency)));
  return accepted({ replacementSkuId: skuId, differenceMinor: Math.min(difference, paidMinor) });
}

import { promotionStatus, type Promotion } from '../../promotion/domain/promotion.ts';
import { coversChannel, coversItem, type ScopedItem } from '../../quote/domain/scope.ts';

/** The promotions that run in the channel and are for the product or a SKU of it, those of higher priority first, then by id. */
export function promotionsOfProduct(
  promotions: readonly Promotion[],
  product: ScopedItem,
  { channel, at }: { channel: string; at: Date },
): Promotion[] {
  return promotions
    .filter((promotion) => promotionStatus(promotion, at) === 'RUNNING')
    .filter(({ scope }) => coversChannel(scope, channel) && coversItem(scope, product))
    .toSorted((a, b) => b.stacking.priority - a.stacking.priority || (a._id < b._id ? -1 : 1));
}

import { readOfferSubject, readOfferUnit } from '#kit/neighbours/offer-subject.ts';
import type { FlashSaleItem } from '../../flash-sale/domain/flash-sale.ts';
import type { Promotion } from '../../promotion/domain/promotion.ts';
import type { Shopper } from '../../quote/domain/cart.ts';
import type { PromotionRule } from '../../quote/domain/rule.ts';
import { betterOffer, offerByFlashSale, offerByPromotions, type BestOffer } from '../domain/best-offer.ts';
import { promotionsOfProduct } from '../domain/promotions-of-product.ts';
import { rememberFor } from '../memory/remembered.ts';

/** Who asks, and when. */
interface Asked {
  readonly shopper: Shopper;
  readonly at: Date;
}

const promotedOffers = rememberFor<BestOffer | null>();
const promotionsOfProducts = rememberFor<readonly Promotion[]>();

/**
 * The best offer for a unit, as `writeOfferUnit` wrote it. What promotions make of it is worked out once for all who buy in the channel and have the tier, while the same rules hold; flash
 * sales, of which each unit sold is a change, every time.
 */
export function offerForUnit(
  text: string,
  rules: readonly PromotionRule[],
  flashItems: readonly FlashSaleItem[],
  { shopper, at }: Asked,
): BestOffer | null {
  const question = () => {
    const { skuIds, priceMinor, currency, ...facts } = readOfferUnit(text);
    const skuId = skuIds[0] ?? '';
    const unit = { lineId: skuId, skuId, ...facts, quantity: 1, unitPriceMinor: priceMinor };
    return { unit, currency, shopper, at };
  };
  const promoted = promotedOffers(rules, `${shopper.channel} ${shopper.tierLevel} ${text}`, () =>
    offerByPromotions({ ...question(), promotions: rules }),
  );
  return flashItems.length === 0 ? promoted : betterOffer(promoted, offerByFlashSale({ ...question(), flashItems }));
}

/** The promotions for a product, as `writeOfferSubject` wrote it, worked out once for a channel while the same ones run. */
export function promotionsForProduct(
  text: string,
  running: readonly Promotion[],
  { shopper, at }: Asked,
): readonly Promotion[] {
  const { channel } = shopper;
  return promotionsOfProducts(running, `${channel} ${text}`, () =>
    promotionsOfProduct(running, readOfferSubject(text), { channel, at }),
  );
}

import type { QuoteRequest } from '#kit/neighbours/promotion.ts';
import type { Neighbourhood } from './neighbourhood.ts';

/** Coupons of the order that is priced anew count as asked for. */
const idsOf = (locks: Neighbourhood['locks'], { orderId, couponIds, keepsCoupons }: QuoteRequest) => {
  const kept = keepsCoupons === false ? [] : (locks.get(orderId ?? '')?.couponIds ?? []);
  return [...new Set([...(couponIds ?? []), ...kept])];
};

/** Coupons and codes take their amount off the first line, points one minor unit each off the last. */
export function quoteOf(
  { coupons, codes, locks }: Pick<Neighbourhood, 'coupons' | 'codes' | 'locks'>,
  asked: QuoteRequest,
) {
  const used = idsOf(locks, asked).filter((id) => coupons.get(id)?.memberId === asked.memberId);
  const off =
    used.reduce((total, id) => total + (coupons.get(id)?.amountMinor ?? 0), 0) +
    asked.couponCodes.reduce((total, code) => total + (codes.get(code) ?? 0), 0);
  const spent = Math.min(asked.points.requested, asked.points.balance);
  const subtotalMinor = asked.lines.reduce((total, line) => total + line.unitPriceMinor * line.quantity, 0);
  const lines = asked.lines.map((line, index) => {
    const beforeMinor = line.unitPriceMinor * line.quantity;
    const afterMinor = beforeMinor - (index === 0 ? off : 0) - (index === asked.lines.length - 1 ? spent : 0);
    const step = { kind: 'CHANNEL_PRICE', label: '渠道价', promotionId: null, beforeMinor, afterMinor: beforeMinor };
    const { lineId, skuId, quantity, unitPriceMinor } = line;
    return { lineId, skuId, quantity, unitPriceMinor, totalMinor: afterMinor, steps: [step] };
  });
  return {
    currency: asked.currency,
    subtotalMinor,
    discountMinor: off + spent,
    freightMinor: asked.freightMinor,
    totalMinor: subtotalMinor - off - spent + asked.freightMinor,
    lines,
    rejected: (asked.couponIds ?? [])
      .filter((id) => !used.includes(id))
      .map((code) => ({ promotionId: null, code, reason: 'WRONG_OWNER', missingMinor: null })),
    benefits: {
      promotions: [],
      coupons: used.map((couponId) => ({
        templateId: 'cpt_1',
        couponId,
        amountMinor: coupons.get(couponId)?.amountMinor ?? 0,
      })),
    },
    points: { spendable: asked.points.balance, spent, discountMinor: spent, earned: 0 },
  };
}

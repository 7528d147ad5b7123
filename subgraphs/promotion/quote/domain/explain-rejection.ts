import type { Owed } from './cart.ts';
import { fitsBeside, type Combination } from './combination.ts';
import { byPipelineOrder, type Offer } from './offer.ts';
import type { Rejection, RejectionCode } from './rejection.ts';

/** A rejection of this offer, by its own names. */
export function rejectionOf(
  { source }: Offer,
  code: RejectionCode,
  missing: Pick<Rejection, 'missingMinor' | 'missingQuantity'> = { missingMinor: null, missingQuantity: null },
): Rejection {
  if ('promotion' in source) {
    const { id, title } = source.promotion;
    return { code, promotionId: id, couponId: null, couponCode: null, title, ...missing };
  }
  const { couponId, code: couponCode, title } = source.coupon;
  return { code, promotionId: null, couponId, couponCode, title, ...missing };
}

/**
 * Why a usable offer isn't part of the best combination. A threshold is judged by what is owed when the offer's turn would come, or, where stacking
 * keeps the offer out anyway, before the others acted: then only an exclusion is worth telling of. Null when it would take nothing off for no reason
 * of its own: free shipping of a free parcel, a timed price above what the line already costs.
 */
export function unusedOfferRejection(offer: Offer, best: Combination, start: Owed): Rejection | null {
  const owed = fitsBeside(offer, best.applications) ? owedAtTurnOf(offer, best) : start;
  const shortfall = offer.shortfall(owed);
  if (shortfall) {
    return rejectionOf(offer, 'THRESHOLD_NOT_REACHED', {
      missingMinor: shortfall.amountMinor,
      missingQuantity: shortfall.quantity,
    });
  }
  if (offer.worth(owed) > (offer.budgetLeftMinor ?? Infinity)) return rejectionOf(offer, 'BUDGET_EXHAUSTED');
  if (offer.isHeldByFloors(owed)) return rejectionOf(offer, 'PRICE_FLOOR');
  return offer.worth(start) === 0 ? null : rejectionOf(offer, 'EXCLUDED_BY_OTHER');
}

/** What is owed once the combination's earlier offers have acted. */
function owedAtTurnOf(offer: Offer, best: Combination): Owed {
  const next = best.applications.find((application) => byPipelineOrder(application.offer, offer) > 0);
  return next ? next.before : best.owed;
}

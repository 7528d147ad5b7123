import type { Clock } from '#kit/clock/clock.ts';
import { forbidden } from '#kit/graphql/errors.ts';
import { promotionOperations } from '#kit/neighbours/promotion.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { lockBenefits } from './benefits/actions/lock-benefits.ts';
import { lockInstead } from './benefits/actions/lock-instead.ts';
import { releaseBenefits } from './benefits/actions/release-benefits.ts';
import { checkCouponCode } from './coupon/queries/check-coupon-code.ts';
import type { Marketing } from './marketing.ts';
import type { Presale } from './presale/domain/presale.ts';
import { presaleTerms } from './presale/queries/presale-terms.ts';
import { promotionScope } from './promotion/queries/promotion-scope.ts';
import { stepName } from './quote/domain/wording.ts';
import { quoteForShopper } from './quote/queries/quote-for-shopper.ts';

/** The doors of the subgraph for its neighbours. */
export function provideOperations(marketing: Marketing, clock: Clock): ProvidedOperations {
  return provide(promotionOperations, {
    quote: (request, { viewer }) => quoteForShopper(marketing, request, { at: clock.now(), locale: viewer.locale }),

    async checkCouponCode({ code, memberId, channel }) {
      return answerOf(await checkCouponCode(marketing, code, { memberId, channel }, clock.now()));
    },

    async lockBenefits({ orderId, attempt, memberId, benefits, currency, expiresAt, instead }, { viewer, signal }) {
      mayHoldFor(viewer, memberId);
      const request = { orderId, attempt, memberId, currency, ...benefits, expiresAt: new Date(expiresAt) };
      if (instead) return answerOf(await lockInstead({ stores: marketing, ...marketing }, request, clock.now()));
      return answerOf(await lockBenefits({ stores: marketing, ...marketing }, request, { at: clock.now(), signal }));
    },

    async releaseBenefits(order) {
      return { released: await releaseBenefits({ stores: marketing, ...marketing }, order, clock.now()) };
    },

    async presaleTerms({ presaleId, channel }, { viewer }) {
      const presale = await presaleTerms(marketing, presaleId, channel);
      return { terms: presale && termsOf(presale, viewer) };
    },

    async promotionScope({ promotionId }, { viewer }) {
      return { scope: await promotionScope(marketing, promotionId, { viewer, at: clock.now() }) };
    },
  });
}

/** What an order agrees to, in the shape in which it travels. */
function termsOf(presale: Presale, { locale }: Viewer) {
  const { skuId, priceMinor, depositMinor, depositWorthMinor, currency, ifUnpaid } = presale;
  const { depositTo, balanceFrom, balanceTo, shipsAfter } = presale;
  return {
    ...{ skuId, priceMinor, depositMinor, depositWorthMinor, currency, ifUnpaid },
    depositTo: depositTo.toISOString(),
    balanceFrom: balanceFrom.toISOString(),
    balanceTo: balanceTo.toISOString(),
    shipsAfter: shipsAfter.toISOString(),
    labels: {
      channelPrice: stepName('CHANNEL_PRICE', locale),
      presalePrice: stepName('PRESALE_PRICE', locale),
      deposit: stepName('DEPOSIT_EXPANSION', locale),
    },
  };
}

/** An outcome in the shape in which it travels. */
function answerOf<T>(outcome: Outcome<T>) {
  if (outcome.ok) return { ok: true as const, value: outcome.value };
  const refusals = outcome.refusals.map(({ path, ...refusal }) => ({
    ...refusal,
    ...(path ? { path: [...path] } : {}),
  }));
  return { ok: false as const, refusals };
}

/** A shopper's own call may use up their own benefits only; our services and partners' orders speak for whom they name. */
function mayHoldFor(viewer: Viewer, memberId: string | null): void {
  if (viewer.kind === 'MEMBER' && viewer.id !== memberId) throw forbidden();
  if (viewer.kind === 'ANONYMOUS' && memberId !== null) throw forbidden();
}

import { z } from 'zod';
import { defineOperations } from '#kit/transport/neighbours.ts';
import { attempt, instant, minor, outcomeOf, quantity } from './shapes.ts';

/** What made a price what it is, in pipeline order (domain rules, "Price pipeline"). */
const quoteStepKinds = [
  'CHANNEL_PRICE',
  'TIMED_PRICE',
  'AMOUNT_OFF_LADDER',
  'PERCENT_OFF_LADDER',
  'COUPON',
  'POINTS',
] as const;

const quoteStep = z.object({
  kind: z.enum(quoteStepKinds),
  label: z.string(),
  promotionId: z.string().nullable(),
  /** Line amount before and after the step, minor units. */
  beforeMinor: minor,
  afterMinor: minor,
});

const quoteLine = z.object({
  lineId: z.string(),
  skuId: z.string(),
  quantity,
  /** Channel price of one unit before promotions. */
  unitPriceMinor: minor,
  /** What is paid for the whole line after every step. */
  totalMinor: minor,
  steps: z.array(quoteStep),
});

/** A price with its explanation. subtotal − discount + freight = total; Σ line totals + freight = total. */
export const quoteFacts = z.object({
  currency: z.string().length(3),
  subtotalMinor: minor,
  discountMinor: minor,
  /** Freight after free-shipping promotions. */
  freightMinor: minor,
  totalMinor: minor,
  lines: z.array(quoteLine),
  /** Everything that was asked for or nearly applied, and why it doesn't. */
  rejected: z.array(
    z.object({
      promotionId: z.string().nullable(),
      /** What was asked for: the code typed in, the coupon's id, the promotion's id, or `POINTS`. */
      code: z.string(),
      /** Machine-readable, for example `THRESHOLD_NOT_REACHED`. */
      reason: z.string(),
      missingMinor: minor.nullable(),
      /** The reason in the caller's language, with its name and what is missing. */
      message: z.string().optional(),
    }),
  ),
  /** What must be locked for this price to hold. */
  benefits: z.object({
    promotions: z.array(z.object({ promotionId: z.string(), amountMinor: minor })),
    /** `couponId` is null for a code that the member hasn't claimed yet: locking claims it. */
    coupons: z.array(z.object({ templateId: z.string(), couponId: z.string().nullable(), amountMinor: minor })),
  }),
  points: z.object({
    /** Points that could be spent on this quote at most. */
    spendable: z.number().int().nonnegative(),
    spent: z.number().int().nonnegative(),
    /** What the spent points take off. */
    discountMinor: minor,
    /** Points that the member will earn on this quote. */
    earned: z.number().int().nonnegative(),
  }),
});
export type QuoteFacts = z.infer<typeof quoteFacts>;

export const quoteRequest = z.object({
  channel: z.string(),
  currency: z.string().length(3),
  memberId: z.string().nullable(),
  tierLevel: z.number().int().nullable(),
  lines: z.array(
    z.object({
      lineId: z.string(),
      skuId: z.string(),
      productId: z.string(),
      brandId: z.string().nullable(),
      categorySlugs: z.array(z.string()),
      quantity,
      unitPriceMinor: minor,
      /** The least that may be left of the price of one unit; 0 when that isn't known. */
      floorMinor: minor.default(0),
    }),
  ),
  /** Coupons the member chose; null lets the engine choose the best of the member's own. */
  couponIds: z.array(z.string()).nullable(),
  /** Coupon codes typed in. */
  couponCodes: z.array(z.string()),
  points: z.object({ requested: z.number().int().nonnegative(), balance: z.number().int().nonnegative() }),
  freightMinor: minor,
  /** An order that is priced anew before it is paid: what it has locked counts as free. */
  orderId: z.string().optional(),
  /** Whether that order's coupons are presented, besides those that were chosen. */
  keepsCoupons: z.boolean().default(true),
  /** To be shown, not charged or promised: may come from memory, a second old at most. */
  forDisplay: z.boolean().optional(),
});
export type QuoteRequest = z.input<typeof quoteRequest>;
/** The same as it arrives, with what was left out. */
export type ReceivedQuoteRequest = z.output<typeof quoteRequest>;

/** What an order of a presale agrees to for one unit, minor units. */
const presaleTerms = z.object({
  skuId: z.string(),
  priceMinor: minor,
  depositMinor: minor,
  /** What the deposit counts for. */
  depositWorthMinor: minor,
  currency: z.string().length(3),
  depositTo: instant,
  balanceFrom: instant,
  balanceTo: instant,
  shipsAfter: instant,
  ifUnpaid: z.enum(['FORFEIT', 'RETURN']),
  /** What the steps of the price are called, in the caller's language. */
  labels: z.object({ channelPrice: z.string(), presalePrice: z.string(), deposit: z.string() }),
});
export type PresaleTermsFacts = z.infer<typeof presaleTerms>;

/** Doors of the promotion subgraph for its neighbours. */
export const promotionOperations = defineOperations('promotion', {
  /** The price of these lines for this shopper, now, with every step and every rejection. Writes nothing. */
  quote: { input: quoteRequest, output: quoteFacts },
  /** Whether a code exists for this channel and could be used by the member; the quote decides whether it applies. Refuses with CouponNotFoundError, CouponExpiredError, CouponUsedUpError. */
  checkCouponCode: {
    input: z.object({ code: z.string().max(100), memberId: z.string().nullable(), channel: z.string() }),
    output: outcomeOf(z.object({ templateId: z.string(), code: z.string() })),
  },
  /**
   * Locks coupons, promotion uses, budgets and units of a presale for an order, all or nothing. Idempotent by order id and attempt. A presale refuses with
   * PresaleNotOpenError, PresaleSoldOutError, PresaleLimitReachedError, InvalidStateError (cancelled), NotFoundError.
   */
  lockBenefits: {
    input: z.object({
      orderId: z.string(),
      attempt,
      memberId: z.string().nullable(),
      benefits: quoteFacts.shape.benefits.extend({
        /** The ticket that a flash-sale order rests on. */
        flashTicketId: z.string().nullable(),
        /** Units of a presale's quota. */
        presale: z.object({ presaleId: z.string(), quantity }).nullable().default(null),
      }),
      currency: z.string().length(3),
      expiresAt: instant,
      /** For a later attempt: gives back what the order has locked and locks this in its place, or is refused and leaves the earlier lock as it is. */
      instead: z.boolean().default(false),
    }),
    output: outcomeOf(z.object({ couponIds: z.array(z.string()) })),
  },
  /** Gives back what `lockBenefits` locked. Idempotent; forbids a lock of this attempt, or an earlier one, that comes late. */
  releaseBenefits: {
    input: z.object({ orderId: z.string(), attempt }),
    output: z.object({ released: z.number().int() }),
  },
  /** The terms of a presale that is held in the channel; null when there is none. Nothing is held by asking. */
  presaleTerms: {
    input: z.object({ presaleId: z.string(), channel: z.string() }),
    output: z.object({ terms: presaleTerms.nullable() }),
  },
  /**
   * What a promotion of the viewer's channel applies to; null when there is no such promotion to be seen. A product belongs to the scope
   * when any of the lists names it, one of its SKUs, its brand or a category above it; four empty lists mean everything.
   */
  promotionScope: {
    input: z.object({ promotionId: z.string() }),
    output: z.object({
      scope: z
        .object({
          productIds: z.array(z.string()),
          skuIds: z.array(z.string()),
          categorySlugs: z.array(z.string()),
          brandIds: z.array(z.string()),
        })
        .nullable(),
    }),
  },
});

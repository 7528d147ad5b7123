import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import { hasScope, memberIdOf, type Viewer } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { authorOf, shopperOf, type Context } from '../context.ts';
import { messages } from '../messages.ts';
import { titleIn } from '../quote/domain/rule.ts';
import { claimCoupon } from './actions/claim-coupon.ts';
import { createCouponTemplate } from './actions/create-coupon-template.ts';
import { voidCoupon } from './actions/void-coupon.ts';
import { statusAt, type Coupon } from './domain/coupon.ts';
import { listClaimableTemplates, listCoupons } from './queries/list-coupons.ts';
import { visibleTemplate } from './queries/visible-template.ts';

function couponPayload(outcome: Outcome<Coupon>, { viewer }: Context) {
  return outcome.ok
    ? { coupon: outcome.value, userErrors: [] }
    : { coupon: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
}

/** A coupon is its member's business, and that of whoever runs promotions or looks after members. */
function maySeeCouponsOf(viewer: Viewer, memberId: string): boolean {
  const isOwner = viewer.kind === 'MEMBER' && viewer.id === memberId;
  return isOwner || hasScope(viewer, 'member:read') || hasScope(viewer, 'promotion:write');
}

const amount = (minor: number | null, currency: string) => (minor === null ? null : money(minor, currency));

export const couponResolvers = {
  Query: {
    couponTemplates: (_root, args, { marketing, viewer, at }) =>
      listClaimableTemplates(marketing, { channel: viewer.channel, tierLevel: viewer.tierLevel }, args, at),
    couponTemplate: async (_root, { id }, { loaders, viewer, at }) =>
      visibleTemplate(await loaders.templateById.load(id), viewer, at),
  },
  Mutation: {
    createCouponTemplate: async (_root, { input: { idempotencyKey: key = null, ...input } }, context) => {
      const { marketing, viewer, at } = context;
      const outcome = await createCouponTemplate(marketing, input, { at, by: authorOf(context), key });
      return outcome.ok
        ? { template: outcome.value, userErrors: [] }
        : { template: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
    claimCoupon: async (_root, { input: { templateId, idempotencyKey = null } }, context) => {
      const wish = { templateId, memberId: memberIdOf(context.viewer), shopper: shopperOf(context), idempotencyKey };
      return couponPayload(await claimCoupon(context.marketing, wish, context), context);
    },
    voidCoupon: async (_root, { input }, context) =>
      couponPayload(await voidCoupon(context.marketing, input.couponId, context.at), context),
  },
  Member: {
    coupons: (member, { first, after, status }, { marketing, viewer, at }) =>
      maySeeCouponsOf(viewer, member.id)
        ? listCoupons(marketing, { memberId: member.id, status: status ?? null }, { first, after }, at)
        : null,
  },
  Coupon: {
    __resolveReference: async ({ id }, { loaders, viewer }) => {
      const coupon = await loaders.couponById.load(id);
      return coupon && maySeeCouponsOf(viewer, coupon.memberId) ? coupon : null;
    },
    id: (coupon) => coupon._id,
    template: async (coupon, _args, { loaders }) => {
      const template = await loaders.templateById.load(coupon.templateId);
      if (!template) throw new Error(`coupon ${coupon._id} has no template`);
      return template;
    },
    status: (coupon, _args, { at }) => statusAt(coupon, at),
    order: ({ orderId }) => (orderId === null ? null : { id: orderId }),
  },
  CouponTemplate: {
    __resolveReference: async ({ id }, { loaders, viewer, at }) =>
      visibleTemplate(await loaders.templateById.load(id), viewer, at),
    id: (template) => template._id,
    title: (template, _args, { viewer }) => titleIn(template.title, viewer.locale),
    threshold: ({ thresholdMinor, currency }) => amount(thresholdMinor, currency),
    amountOff: ({ amountOffMinor, currency }) => amount(amountOffMinor, currency),
    remaining: ({ claimsLeft }) => claimsLeft,
    budget: ({ budget, currency }) => budget && { ...budget, currency },
  },
} satisfies Resolvers;

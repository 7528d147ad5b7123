import { readMoneyInput } from '#kit/graphql/money.resolvers.ts';
import { money } from '#kit/money/money.ts';
import type { PlacedOrderFacts } from '#kit/neighbours/flash-sale-orders.ts';
import { toUserErrors, type Refusal } from '#kit/user-error/user-error.ts';
import { memberIdOf } from '#kit/viewer/viewer.ts';
import type { FlashSalePreviewInput, Resolvers } from '../__generated__/types.ts';
import { authorOf, callOf } from '../context.ts';
import { messages } from '../messages.ts';
import { titleIn } from '../quote/domain/rule.ts';
import type { OrderMapper } from './flash-sale.mappers.ts';
import { createFlashSale } from './actions/create-flash-sale.ts';
import { endFlashSale } from './actions/end-flash-sale.ts';
import { purchaseFlashSaleItem } from './actions/purchase-flash-sale-item.ts';
import { flashSaleStatus } from './domain/flash-sale.ts';
import { listFlashSales, visibleSale } from './queries/list-flash-sales.ts';
import { previewPurchase } from './queries/price-purchase.ts';

export const flashSaleResolvers = {
  Query: {
    flashSales: (_root, args, { marketing, viewer, at }) => listFlashSales(marketing, viewer.channel, args, at),
    flashSale: async (_root, { id }, { loaders, viewer }) => visibleSale(await loaders.flashSaleById.load(id), viewer),
    flashSalePreview: async (_root, { input }, context) => {
      const { marketing, viewer, at } = context;
      const wish = { memberId: memberIdOf(viewer), ...goodsOf(input) };
      const priced = await previewPurchase(marketing, wish, { call: callOf(context), at });
      return priced.ok
        ? { preview: priced.value, userErrors: [] }
        : { preview: null, userErrors: toUserErrors(priced.refusals, viewer.locale, messages) };
    },
  },
  Mutation: {
    createFlashSale: async (_root, { input: { idempotencyKey: key = null, ...input } }, context) => {
      const { marketing, viewer, at } = context;
      const making = { at, by: authorOf(context), key, call: callOf(context) };
      const outcome = await createFlashSale(marketing, input, making);
      return outcome.ok
        ? { flashSale: outcome.value, userErrors: [] }
        : { flashSale: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
    endFlashSale: async (_root, { input }, { marketing, viewer, at }) => {
      const outcome = await endFlashSale(marketing, input.flashSaleId, at);
      return outcome.ok
        ? { flashSale: outcome.value, userErrors: [] }
        : { flashSale: null, userErrors: toUserErrors(outcome.refusals, viewer.locale, messages) };
    },
    purchaseFlashSaleItem: async (_root, { input }, context) => {
      const { marketing, viewer, at } = context;
      const { idempotencyKey, expectedTotal } = input;
      const refusal = (refusals: readonly Refusal[]) => ({
        order: null,
        userErrors: toUserErrors(refusals, viewer.locale, messages),
      });
      const expected = expectedTotal == null ? undefined : readMoneyInput(expectedTotal, ['expectedTotal']);
      if (expected?.ok === false) return refusal(expected.refusals);
      const wish = { memberId: memberIdOf(viewer), ...goodsOf(input), expectedTotal: expected?.value };
      const outcome = await purchaseFlashSaleItem(
        marketing,
        { ...wish, idempotencyKey },
        { call: callOf(context), at },
      );
      return outcome.ok ? { order: boughtOrder(outcome.value), userErrors: [] } : refusal(outcome.refusals);
    },
  },
  FlashSale: {
    __resolveReference: async ({ id }, { loaders, viewer }) =>
      visibleSale(await loaders.flashSaleById.load(id), viewer),
    id: (sale) => sale._id,
    title: (sale, _args, { viewer }) => titleIn(sale.title, viewer.locale),
    status: (sale, _args, { at }) => flashSaleStatus(sale, at),
    items: (sale, _args, { loaders }) => loaders.flashItemsBySale.load(sale._id),
  },
  FlashSaleItem: {
    __resolveReference: async ({ id }, { loaders, viewer }) =>
      visibleSale(await loaders.flashItemById.load(id), viewer),
    id: (item) => item._id,
    sku: (item) => ({ id: item.skuId }),
    price: (item) => money(item.priceMinor, item.currency),
    flashSale: async (item, _args, { loaders }) => {
      const sale = await loaders.flashSaleById.load(item.flashSaleId);
      if (!sale) throw new Error(`flash-sale item ${item._id} has no sale`);
      return sale;
    },
  },
  FlashSalePreview: {
    goods: ({ goodsMinor, currency }) => money(goodsMinor, currency),
    freight: ({ freightMinor, currency }) => money(freightMinor, currency),
    total: ({ totalMinor, currency }) => money(totalMinor, currency),
    earliest: ({ earliest }) => new Date(earliest),
    latest: ({ latest }) => new Date(latest),
  },
  Order: {
    number: (order) => boughtNow(order).number,
    status: (order) => boughtNow(order).status,
    total: (order) => boughtNow(order).total,
  },
  FlashSaleNotOpenError: {
    // Refusals are JSON, so that a repeated call gets the first answer.
    startsAt: ({ startsAt }) => new Date(startsAt),
    endsAt: ({ endsAt }) => new Date(endsAt),
  },
} satisfies Resolvers;

/** What is wanted of which item, and where it shall go. */
function goodsOf({ itemId, quantity, addressId, address }: FlashSalePreviewInput) {
  return {
    itemId,
    quantity,
    addressId: addressId ?? null,
    address: address ? { ...address, postalCode: address.postalCode ?? null } : null,
  };
}

/** What the buyer is told of the order at once, without asking order again. */
function boughtOrder({ orderId, number, status, totalMinor, currency }: PlacedOrderFacts) {
  return { id: orderId, bought: { number, status, total: money(totalMinor, currency) } };
}

/** Query plans ask for these only where the schema says that they are provided. */
function boughtNow({ id, bought }: OrderMapper) {
  if (!bought) throw new Error(`what ${id} is, order knows`);
  return bought;
}

import { callerOf } from '#kit/idempotency/once.ts';
import { money } from '#kit/money/money.ts';
import { toUserErrors, type Outcome } from '#kit/user-error/user-error.ts';
import type { Locale } from '#kit/viewer/viewer.ts';
import type { Resolvers } from '../__generated__/types.ts';
import { maySee, memberOf } from '../caller.ts';
import type { Context } from '../context.ts';
import { messages } from '../messages.ts';
import type { WordsField } from '../personal-data/order-privacy.ts';
import { orderOf, placeOfReason, type AfterSale } from './domain/after-sale.ts';

function payloadOf(outcome: Outcome<AfterSale>, locale: Locale) {
  return outcome.ok
    ? { afterSale: outcome.value, userErrors: [] }
    : { afterSale: null, userErrors: toUserErrors(outcome.refusals, locale, messages) };
}

/** What somebody wrote about an after-sale: nothing for analysts, and once the member was erased. */
async function wordsOf(
  afterSale: AfterSale,
  [field, of, words]: readonly [field: WordsField, of: string, words: string | null],
  { viewer, privacy }: Context,
): Promise<string | null> {
  return words === null || viewer.kind === 'ANALYST' ? null : privacy.wordsOf(orderOf(afterSale), field, of, words);
}

export const afterSaleResolvers = {
  Mutation: {
    requestAfterSale: async (_root, { input }, { viewer, call, actions }) => {
      const lines = input.lines.map((line) => ({ ...line, replacementSkuId: line.replacementSkuId ?? null }));
      return payloadOf(await actions.requestAfterSale({ ...input, lines }, memberOf(viewer), call), viewer.locale);
    },
    approveAfterSale: async (_root, { input }, { viewer, call, actions }) =>
      payloadOf(await actions.approveAfterSale(input.afterSaleId, call), viewer.locale),
    refuseAfterSale: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.refuseAfterSale(input.afterSaleId, input.reason), viewer.locale),
    cancelAfterSale: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.cancelAfterSale(input.afterSaleId, memberOf(viewer)), viewer.locale),
    sendBackGoods: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.sendBackGoods(input, memberOf(viewer)), viewer.locale),
    receiveReturnedGoods: async (_root, { input }, { viewer, call, actions }) => {
      const lines = input.lines?.map((line) => ({
        ...line,
        writtenOff: line.writtenOff ?? 0,
        reason: line.reason ?? null,
      }));
      const { afterSaleId, idempotencyKey = null } = input;
      const request = { afterSaleId, lines: lines ?? null, idempotencyKey };
      return payloadOf(await actions.receiveReturnedGoods(request, callerOf(viewer), call), viewer.locale);
    },
    turnExchangeIntoRefund: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.turnExchangeIntoRefund(input.afterSaleId, viewer), viewer.locale),
    endReturn: async (_root, { input }, { viewer, actions }) =>
      payloadOf(await actions.endReturn(input.afterSaleId, input.reason), viewer.locale),
  },
  AfterSale: {
    id: (afterSale) => afterSale._id,
    order: async (afterSale, _args, { loaders }) => {
      const order = await loaders.orderById.load(afterSale.orderId);
      if (order === null) throw new Error(`the order ${afterSale.orderId} is gone`);
      return order;
    },
    lines: ({ lines, currency }) => lines.map((line) => ({ line, currency })),
    refundAmount: ({ refundMinor, currency }) => money(refundMinor, currency),
    reason: async (afterSale, _args, context) =>
      (await wordsOf(afterSale, ['afterSales.reason', afterSale._id, afterSale.reason], context)) ?? '',
    refusal: (afterSale, _args, context) =>
      wordsOf(afterSale, ['afterSales.refusal', afterSale._id, afterSale.refusal], context),
    returnParcel: async (afterSale, _args, { viewer, privacy }) => {
      if (afterSale.parcel === null) return null;
      const parcel = viewer.kind === 'ANALYST' ? null : await privacy.parcelOf(orderOf(afterSale), afterSale);
      return parcel ?? { carrier: '', trackingNumber: '', sentAt: afterSale.parcel.sentAt };
    },
    receipts: (afterSale) => afterSale.receipts.map((receipt) => ({ receipt, afterSale })),
    __resolveReference: async ({ id }, { viewer, loaders }) => {
      const afterSale = await loaders.afterSaleById.load(id);
      const order = afterSale && (await loaders.orderById.load(afterSale.orderId));
      return order && maySee(viewer, order) ? afterSale : null;
    },
  },
  AfterSaleLine: {
    orderLineId: ({ line }) => line.orderLineId,
    sku: ({ line }) => ({ id: line.skuId }),
    quantity: ({ line }) => line.quantity,
    receivedQuantity: ({ line }) => line.receivedUnits,
    paidAmount: ({ line, currency }) => money(line.paidMinor, currency),
    replacementSku: ({ line }) => (line.replacementSkuId === null ? null : { id: line.replacementSkuId }),
    refundAmount: ({ line, currency }) => money(line.refundMinor, currency),
  },
  AfterSaleReceipt: {
    id: ({ receipt }) => receipt.id,
    at: ({ receipt }) => receipt.at,
    lines: ({ receipt, afterSale }) => receipt.lines.map((line) => ({ line, receiptId: receipt.id, afterSale })),
    refundAmount: ({ receipt, afterSale }) =>
      money(
        receipt.lines.reduce((total, line) => total + line.refundMinor, 0),
        afterSale.currency,
      ),
  },
  AfterSaleReceiptLine: {
    orderLineId: ({ line }) => line.orderLineId,
    sku: ({ line }) => ({ id: line.skuId }),
    restocked: ({ line }) => line.restocked,
    writtenOff: ({ line }) => line.writtenOff,
    reason: ({ line, receiptId, afterSale }, _args, context) =>
      wordsOf(afterSale, ['afterSales.receipts', placeOfReason(receiptId, line), line.reason], context),
    refundAmount: ({ line, afterSale }) => money(line.refundMinor, afterSale.currency),
  },
  AfterSaleWindowClosedError: {
    // Refusals are stored as JSON: the instant comes back as text.
    closedAt: ({ closedAt }) => new Date(closedAt),
  },
} satisfies Resolvers;

import { busy } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Neighbours } from '../../neighbours.ts';
import type { LineInput } from '../../order/domain/line-input.ts';
import type { Order } from '../../order/domain/order.ts';
import { skuUnavailable } from '../../order/domain/order-refusals.ts';
import { termsOfQuote } from '../../order/domain/terms-of-quote.ts';
import { isSold, quoteRequestOf, type PriceableLine } from '../../quote/quote-request.ts';
import { decideEdit, forbidsEdit, notEditable, pointsOfRemoved, type EditWish } from '../domain/decide-edit.ts';
import { editedOrder } from '../domain/edited-order.ts';
import type { OrderEdit } from '../domain/order-edit.ts';

/** What an edit would be, and the order's total after it, minor units. */
export interface PricedEdit extends Pick<
  OrderEdit,
  'removed' | 'added' | 'benefits' | 'freightMinor' | 'pointsReturned' | 'balanceMinor' | 'currency'
> {
  readonly totalMinor: number;
}

export type PriceEdit = ReturnType<typeof createPriceEdit>;

/**
 * Prices an edit of a paid order: what goes back for the units that leave, and what added goods cost today, by the same quote as at checkout, with what sending the order
 * costs more as their freight. Coupons and points pay orders, not edits. Decides nothing and writes nothing; a preview and an edit ask the same.
 */
export function createPriceEdit({ product, member, promotion, orderEdits }: Neighbours) {
  /** The goods to be added, as far as they are sold in the order's channel and currency. */
  async function goodsOf(
    { channel, currency }: Order,
    added: readonly LineInput[],
    { additions }: EditWish,
    call: Call,
  ): Promise<Outcome<PriceableLine[]>> {
    if (added.length === 0) return accepted([]);
    const { skus } = await product.skuFacts({ skuIds: added.map(({ skuId }) => skuId), channel }, call);
    const known = new Map(skus.map((sku) => [sku.skuId, sku]));
    const lines: PriceableLine[] = [];
    const unsold: Refusal[] = [];
    for (const { skuId, quantity } of added) {
      const facts = known.get(skuId);
      if (isSold(facts) && facts.price.currency === currency)
        lines.push({ lineId: newId('orderLine'), quantity, facts });
      else unsold.push(skuUnavailable(pathOf(additions, skuId), { skuId }));
    }
    return unsold.length > 0 ? refused(...unsold) : accepted(lines);
  }

  /** What the added lines cost today, their freight included. */
  async function termsOf(
    { channel, currency, memberId }: Order,
    lines: readonly PriceableLine[],
    freight: number,
    call: Call,
  ): Promise<Pick<OrderEdit, 'added' | 'benefits' | 'freightMinor'>> {
    if (lines.length === 0)
      return { added: [], benefits: { promotions: [], coupons: [], flashTicketId: null }, freightMinor: freight };
    const facts = memberId === null ? null : await member.checkoutFacts({ memberId }, call);
    const quote = await promotion.quote(
      quoteRequestOf(lines, {
        ...{ channel, currency, memberId, tierLevel: facts?.member?.tierLevel ?? null },
        ...{ couponIds: [], couponCodes: [], points: { requested: 0, balance: 0 }, freightMinor: freight },
      }),
      call,
    );
    const { lines: added, benefits, freightMinor } = termsOfQuote(quote, lines);
    return { added, benefits, freightMinor };
  }

  return async function priceEdit(order: Order, wish: EditWish, call: Call): Promise<Outcome<PricedEdit>> {
    const state = forbidsEdit(order);
    if (state !== null) return refused(notEditable(state));
    const decided = decideEdit(order, wish);
    if (!decided.ok) return decided;
    const { removed } = decided.value;
    const goods = await goodsOf(order, decided.value.added, wish, call);
    if (!goods.ok) return goods;
    const lines = goods.value;
    const { channel, currency } = order;
    const planned = await orderEdits.planEdit(
      {
        ...{ orderId: order._id, channel, region: order.address.region },
        removed: removed.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
        added: lines.map(({ quantity, facts }) => ({ skuId: facts.skuId, quantity, weightGrams: facts.weightGrams })),
      },
      call,
    );
    if (!planned.ok) {
      // A paid order that the warehouses haven't heard of yet is there in a moment.
      if (planned.refusals.some((refusal) => refusal['state'] === 'HELD')) throw busy(1_000);
      return refused(...planned.refusals.map((refusal) => atItsLine(refusal, wish)));
    }
    const terms = await termsOf(order, lines, planned.value.freightMinor, call);
    const pointsReturned = pointsOfRemoved(order, removed);
    const { totalMinor } = editedOrder(order, { removed, pointsReturned, ...terms });
    const balanceMinor = totalMinor - order.totalMinor;
    return accepted({ removed, pointsReturned, ...terms, balanceMinor, totalMinor, currency });
  };
}

function pathOf(additions: EditWish['additions'], skuId: string): string[] {
  const index = additions.findIndex((line) => line.skuId === skuId);
  return index < 0 ? ['quantities'] : ['additions', String(index)];
}

/** A neighbour names the SKU that is short; only we know where the input named it. */
function atItsLine(refusal: Refusal, { additions }: EditWish): Refusal {
  return typeof refusal['skuId'] === 'string' ? { ...refusal, path: pathOf(additions, refusal['skuId']) } : refusal;
}

import { busy } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { couponRefusals } from '../../checkout/domain/coupon-refusals.ts';
import type { Neighbours } from '../../neighbours.ts';
import type { LineInput } from '../../order/domain/line-input.ts';
import { attemptOf, type Order } from '../../order/domain/order.ts';
import { skuUnavailable } from '../../order/domain/order-refusals.ts';
import { termsOfQuote } from '../../order/domain/terms-of-quote.ts';
import { isSold, quoteRequestOf, type PriceableLine } from '../../quote/quote-request.ts';
import {
  decideEdit,
  forbidsEdit,
  linesWithout,
  notEditable,
  pointsOfRemoved,
  type EditWish,
  type GoodsOfEdit,
} from '../domain/decide-edit.ts';
import { editedOrder } from '../domain/edited-order.ts';
import type { OrderEdit } from '../domain/order-edit.ts';

/** What an edit would be, and the order's total after it, minor units. */
export interface PricedEdit extends Pick<
  OrderEdit,
  | 'removed'
  | 'added'
  | 'benefits'
  | 'freightMinor'
  | 'pointsReturned'
  | 'pointsAdded'
  | 'balanceMinor'
  | 'currency'
  | 'anew'
> {
  readonly totalMinor: number;
}

export type PriceEdit = ReturnType<typeof createPriceEdit>;

/**
 * Prices an edit of an order. Of a paid one: what goes back for the units that leave, and what added goods cost today, by the same quote as at checkout, with what sending the order
 * costs more as their freight. Coupons and points pay orders, not edits. An unpaid one is priced anew as a whole. Decides nothing and writes nothing; a preview and an edit ask the same.
 */
export function createPriceEdit({ product, member, promotion, orderEdits }: Neighbours) {
  /** Goods that are to be priced, if they are sold in the order's channel and currency. */
  async function goodsOf(
    { channel, currency }: Order,
    wanted: readonly WantedLine[],
    { additions }: EditWish,
    call: Call,
  ): Promise<Outcome<PriceableLine[]>> {
    if (wanted.length === 0) return accepted([]);
    const skuIds = [...new Set(wanted.map(({ skuId }) => skuId))];
    const { skus } = await product.skuFacts({ skuIds, channel }, call);
    const known = new Map(skus.map((sku) => [sku.skuId, sku]));
    const lines: PriceableLine[] = [];
    const unsold: Refusal[] = [];
    for (const { lineId, skuId, quantity } of wanted) {
      const facts = known.get(skuId);
      if (isSold(facts) && facts.price.currency === currency) lines.push({ lineId, quantity, facts });
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

  /** What sending the order costs more, and how all of it would be sent. */
  async function planned(
    order: Order,
    removed: OrderEdit['removed'],
    added: readonly PriceableLine[],
    wish: EditWish,
    call: Call,
  ) {
    const plan = await orderEdits.planEdit(
      {
        ...{ orderId: order._id, paid: order.status === 'PAID', channel: order.channel, region: order.address.region },
        removed: removed.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
        added: added.map(({ quantity, facts }) => ({ skuId: facts.skuId, quantity, weightGrams: facts.weightGrams })),
      },
      call,
    );
    if (plan.ok) return plan;
    // A paid order that the warehouses haven't heard of yet is there in a moment.
    if (plan.refusals.some((refusal) => refusal['state'] === 'HELD')) throw busy(1_000);
    return refused(...plan.refusals.map((refusal) => atItsLine(refusal, wish)));
  }

  async function pricePaid(
    order: Order,
    wish: EditWish,
    decided: GoodsOfEdit,
    call: Call,
  ): Promise<Outcome<PricedEdit>> {
    const { removed } = decided;
    const goods = await goodsOf(order, decided.added.map(asNewLine), wish, call);
    if (!goods.ok) return goods;
    const plan = await planned(order, removed, goods.value, wish, call);
    if (!plan.ok) return plan;
    const terms = await termsOf(order, goods.value, plan.value.freightMinor, call);
    const pointsReturned = pointsOfRemoved(order, removed);
    const { totalMinor } = editedOrder(order, { removed, pointsReturned, ...terms });
    const balanceMinor = totalMinor - order.totalMinor;
    return accepted({ removed, pointsReturned, ...terms, balanceMinor, totalMinor, currency: order.currency });
  }

  /** Everything that the order has then is priced as if it were ordered now: with the coupons and points that are wished, else with the coupons that it has and at most the points that it spends. */
  async function priceUnpaid(
    order: Order,
    wish: EditWish,
    decided: GoodsOfEdit,
    call: Call,
  ): Promise<Outcome<PricedEdit>> {
    const { _id: orderId, channel, currency, memberId } = order;
    const { removed } = decided;
    const kept = linesWithout(order, removed);
    const added = decided.added.map(asNewLine);
    const goods = await goodsOf(order, [...kept, ...added], wish, call);
    if (!goods.ok) return goods;
    const lines = goods.value;
    const newLines = lines.filter(({ lineId }) => added.some((line) => line.lineId === lineId));
    const plan = await planned(order, removed, newLines, wish, call);
    if (!plan.ok) return plan;
    const deliveries = plan.value.deliveries.map((delivery) => ({
      ...delivery,
      earliest: new Date(delivery.earliest),
      latest: new Date(delivery.latest),
    }));
    const facts = memberId === null ? null : await member.checkoutFacts({ memberId }, call);
    const balance = (facts?.member?.pointsSpendable ?? 0) + order.pointsSpent;
    const couponIds = [...new Set(wish.couponIds ?? [])];
    const quote = await promotion.quote(
      quoteRequestOf(lines, {
        ...{ orderId, channel, currency, memberId, tierLevel: facts?.member?.tierLevel ?? null },
        ...{ couponIds: [...couponIds], keepsCoupons: wish.couponIds === undefined, couponCodes: [] },
        points: { requested: wish.pointsToSpend ?? order.pointsSpent, balance },
        freightMinor: deliveries.reduce((total, delivery) => total + delivery.freightMinor, 0),
      }),
      call,
    );
    const unusable = couponRefusals(couponIds, quote);
    if (unusable.length > 0) return refused(...unusable);
    const { currency: _currency, ...terms } = termsOfQuote(quote, lines);
    return accepted({
      ...{ removed, currency, benefits: { promotions: [], coupons: [], flashTicketId: null }, balanceMinor: 0 },
      added: terms.lines.filter(({ lineId }) => added.some((line) => line.lineId === lineId)),
      freightMinor: plan.value.freightMinor,
      pointsReturned: Math.max(0, order.pointsSpent - terms.pointsSpent),
      pointsAdded: Math.max(0, terms.pointsSpent - order.pointsSpent),
      anew: { ...terms, deliveries, attempt: attemptOf(order) + 1 },
      totalMinor: terms.totalMinor,
    });
  }

  return async function priceEdit(order: Order, wish: EditWish, call: Call): Promise<Outcome<PricedEdit>> {
    const state = forbidsEdit(order);
    if (state !== null) return refused(notEditable(state));
    const decided = decideEdit(order, wish);
    if (!decided.ok) return decided;
    return order.status === 'PAID'
      ? pricePaid(order, wish, decided.value, call)
      : priceUnpaid(order, wish, decided.value, call);
  };
}

/** What is to be priced, under the id that its line has or will have. */
type WantedLine = LineInput & { readonly lineId: string };

const asNewLine = (line: LineInput): WantedLine => ({ ...line, lineId: newId('orderLine') });

function pathOf(additions: EditWish['additions'], skuId: string): string[] {
  const index = additions.findIndex((line) => line.skuId === skuId);
  return index < 0 ? ['quantities'] : ['additions', String(index)];
}

/** A neighbour names the SKU that is short; only we know where the input named it. */
function atItsLine(refusal: Refusal, { additions }: EditWish): Refusal {
  return typeof refusal['skuId'] === 'string' ? { ...refusal, path: pathOf(additions, refusal['skuId']) } : refusal;
}

import { z } from 'zod';

/** The five owners of the graph. */
export const subgraphNames = ['product', 'promotion', 'member', 'order', 'logistics'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

const minor = z.number().int();
const currency = z.string().length(3);
const orderLine = z.object({
  orderLineId: z.string(),
  skuId: z.string(),
  productId: z.string(),
  quantity: z.number().int().positive(),
  /** What the shopper pays for the whole line after every discount, minor units. */
  paidMinor: minor,
  /** Nothing of the line is sent before, ISO instant; absent: it is sent at once. */
  shipsAfter: z.string().optional(),
});

const presaleOrder = { orderId: z.string(), memberId: z.string().nullable(), presaleId: z.string(), currency };

/**
 * Every event of the graph: a fact, named aggregate-dot-past-tense, with the shape of its payload.
 * Money is in minor units; instants are ISO strings. An event carries what its listeners need, so that none of them asks back.
 */
export const eventPayloads = {
  /** A product became visible in channels, or changed while visible. */
  'product.published': z.object({ productId: z.string(), channels: z.array(z.string()), skuIds: z.array(z.string()) }),
  /** A person signed in; a cart they filled before is named so that it can join theirs. */
  'member.signed-in': z.object({ memberId: z.string(), channel: z.string(), guestCartId: z.string().nullable() }),
  /** Nothing says any more who a member was; whoever keeps something that does is to forget it. */
  'member.erased': z.object({ memberId: z.string() }),
  /** A member turned out to be another one, who has all now that was theirs; whoever keeps something of them is to follow. */
  'member.merged': z.object({ memberId: z.string(), into: z.string() }),
  /** The saga confirmed the order: stock is reserved, coupons are locked, points are held. */
  'order.placed': z.object({
    orderId: z.string(),
    memberId: z.string().nullable(),
    channel: z.string(),
    currency,
    totalMinor: minor,
    lines: z.array(orderLine),
  }),
  /** The whole amount due was received. */
  'order.paid': z.object({
    orderId: z.string(),
    number: z.string(),
    memberId: z.string().nullable(),
    channel: z.string(),
    region: z.string(),
    currency,
    totalMinor: minor,
    /** Goods only, without freight: the base of points and growth. */
    goodsMinor: minor,
    pointsSpent: z.number().int().nonnegative(),
    /** What was held for it besides goods, and is used up now. Absent: perhaps all of it. */
    held: z.array(z.enum(['BENEFITS', 'POINTS'])).optional(),
    lines: z.array(orderLine),
    paidAt: z.string(),
  }),
  /** The deposit of a presale order was received: its units of the presale are its own until the balance is due. */
  'order.deposit-paid': z.object({ ...presaleOrder, depositMinor: minor }),
  /** The goods of a presale order are held, and its balance can be paid until `payBefore`. */
  'order.balance-due': z.object({ ...presaleOrder, balanceMinor: minor, payBefore: z.string() }),
  /** The balance of a presale order was not paid, and the shop has kept its deposit. Told with `order.cancelled`. */
  'order.deposit-forfeited': z.object({ ...presaleOrder, forfeitedMinor: minor }),
  /** The order ended without delivery: by a person (`CANCELLED`) or by the unpaid timer (`CLOSED`). Everything it held goes back. */
  'order.cancelled': z.object({
    orderId: z.string(),
    memberId: z.string().nullable(),
    status: z.enum(['CANCELLED', 'CLOSED']),
    /** The attempt whose holds go back; what a later one holds stays. Absent: the first. */
    attempt: z.number().int().positive().optional(),
    /** Edits whose benefits go back as well. Absent: none. */
    editedBy: z.array(z.string()).optional(),
    wasPaid: z.boolean(),
    /** `REQUESTED`, `UNPAID` or another code; never what a person wrote. */
    reason: z.string(),
    lines: z.array(orderLine),
  }),
  /** The goods of a paid order were changed before anything of it was packed. What it costs more was paid, what it costs less goes back by a refund. */
  'order.edited': z.object({
    orderId: z.string(),
    /** What was held for the added lines was held under it. */
    editId: z.string(),
    memberId: z.string().nullable(),
    /** Spent points that go back with the removed units. */
    pointsReturned: z.number().int().nonnegative(),
    removed: z.array(z.object({ orderLineId: z.string(), skuId: z.string(), quantity: z.number().int().positive() })),
    added: z.array(orderLine),
  }),
  /** A paid order gave its place to several; what it held and was paid with is theirs. */
  'order.split': z.object({ orderId: z.string(), memberId: z.string().nullable(), into: z.array(z.string()) }),
  /** A paid order was merged with others of its member into a new one. */
  'order.merged': z.object({ orderId: z.string(), memberId: z.string().nullable(), into: z.string() }),
  /** Staff put the order on hold (nothing of it is to be shipped), or let it go on. */
  'order.held': z.object({ orderId: z.string(), onHold: z.boolean() }),
  /** The shopper (or the receipt timer) confirmed the receipt. */
  'order.completed': z.object({
    orderId: z.string(),
    memberId: z.string().nullable(),
    currency,
    /** Goods paid for and not refunded, minor units. */
    goodsMinor: minor,
    completedAt: z.string(),
  }),
  /** Money went back to the shopper. */
  'order.refunded': z.object({
    orderId: z.string(),
    refundId: z.string(),
    memberId: z.string().nullable(),
    currency,
    amountMinor: minor,
    /** Goods share of the amount, minor units: the base of the points clawed back. */
    goodsMinor: minor,
    /** Spent points given back with this refund. */
    pointsReturned: z.number().int().nonnegative(),
    /** The same by the orders that they were spent through, when those aren't this one. */
    pointsBack: z.array(z.object({ orderId: z.string(), points: z.number().int().positive() })).optional(),
    full: z.boolean(),
    /** Edits whose benefits go back with a full refund. Absent: none. */
    editedBy: z.array(z.string()).optional(),
    lines: z.array(z.object({ orderLineId: z.string(), skuId: z.string(), quantity: z.number().int().positive() })),
  }),
  /** A paid order was cut into fulfillments. */
  'fulfillment.allocated': z.object({ orderId: z.string(), fulfillmentIds: z.array(z.string()) }),
  /** A paid order can't be sent: its reservation had run out, and the goods went to somebody else. */
  'fulfillment.impossible': z.object({ orderId: z.string(), skuIds: z.array(z.string()) }),
  /** A paid order can't have what its price rests on: its lock had run out, and budget, limit or coupon went elsewhere. */
  'benefits.lost': z.object({ orderId: z.string(), codes: z.array(z.string()) }),
  /** A presale of `quota` units is to be: they are kept from other sales until its balances are over. */
  'presale.created': z.object({
    presaleId: z.string(),
    skuId: z.string(),
    quota: z.number().int().positive(),
    balanceTo: z.string(),
  }),
  /** Staff called a presale off: its orders give their deposits back. */
  'presale.cancelled': z.object({ presaleId: z.string() }),
  /** A fulfillment left its warehouse. `remaining` counts those of the order that have not left yet. */
  'fulfillment.shipped': z.object({
    orderId: z.string(),
    fulfillmentId: z.string(),
    shipmentId: z.string(),
    remaining: z.number().int().nonnegative(),
    shippedAt: z.string(),
  }),
  /** Goods of an exchange left their warehouse. `remaining` counts the fulfillments of the exchange that have not. */
  'replacement.shipped': z.object({
    orderId: z.string(),
    afterSaleId: z.string(),
    fulfillmentId: z.string(),
    shipmentId: z.string(),
    remaining: z.number().int().nonnegative(),
    shippedAt: z.string(),
  }),
  /** A parcel was handed over. `remaining` counts the fulfillments of the order that are not delivered yet. */
  'shipment.delivered': z.object({
    orderId: z.string(),
    fulfillmentId: z.string(),
    shipmentId: z.string(),
    remaining: z.number().int().nonnegative(),
    deliveredAt: z.string(),
  }),
  /** Entries of a subgraph's audit log got their places in its chain, up to this one. */
  'audit.sealed': z.object({ stream: z.enum(subgraphNames), sequence: z.number().int().positive(), hash: z.string() }),
  /** A SKU became sellable, or stopped being so, anywhere in the network. */
  'stock.availability-changed': z.object({ skuId: z.string(), inStock: z.boolean() }),
} as const;

export type EventName = keyof typeof eventPayloads;
export const eventNames = Object.keys(eventPayloads) as EventName[];
export type EventPayload<N extends EventName> = z.infer<(typeof eventPayloads)[N]>;

/** An event as it travels. `version` counts the events of one aggregate from 1. */
export interface DomainEvent<N extends EventName = EventName> {
  readonly id: string;
  readonly name: N;
  readonly aggregateId: string;
  readonly version: number;
  /** When it happened, ISO instant. */
  readonly at: string;
  readonly payload: EventPayload<N>;
  /** What it happened in, as W3C's `traceparent`; absent when that isn't traced. Reactions are traced with it. */
  readonly traceparent?: string;
}

/** Who listens to what. The relay delivers an event to these, but for those whom `subscribersOf` finds unconcerned. */
export const subscriptions: Record<EventName, readonly SubgraphName[]> = {
  'product.published': [],
  'member.signed-in': ['order'],
  'member.erased': ['order'],
  'member.merged': ['promotion', 'order', 'logistics'],
  'order.placed': [],
  'order.paid': ['product', 'promotion', 'member', 'logistics'],
  'order.deposit-paid': [],
  'order.balance-due': [],
  'order.deposit-forfeited': [],
  'order.cancelled': ['promotion', 'member', 'logistics'],
  'order.edited': ['product', 'promotion', 'member'],
  'order.split': [],
  'order.merged': [],
  'order.held': ['logistics'],
  'order.completed': ['member'],
  'order.refunded': ['promotion', 'member', 'order'],
  'fulfillment.allocated': ['order'],
  'fulfillment.impossible': ['order'],
  'benefits.lost': ['order'],
  'presale.created': ['logistics'],
  'presale.cancelled': ['order', 'logistics'],
  'fulfillment.shipped': ['order'],
  'replacement.shipped': ['order'],
  'shipment.delivered': ['order'],
  'stock.availability-changed': ['product'],
  // Two witnesses, so that each of them has one besides itself.
  'audit.sealed': ['member', 'order'],
};

/** Who counts or notes an event, nothing more: a look every two seconds is soon enough, and what came meanwhile is done at once. */
const unhurried: Partial<Record<EventName, readonly SubgraphName[]>> = {
  'order.paid': ['product'],
  'fulfillment.allocated': ['order'],
  'audit.sealed': ['member', 'order'],
};

/** Of those who are to hear of an event, who is to hear of it at once. */
export function inAHurry(name: EventName, subscribers: readonly string[]): string[] {
  const patient: readonly string[] = unhurried[name] ?? [];
  return subscribers.filter((subscriber) => !patient.includes(subscriber));
}

type Named<N extends EventName> = { readonly name: N; readonly payload: EventPayload<N> };

/** Who is to hear of an event: its listeners, without those for whom there is nothing in it. */
export function subscribersOf(event: { [N in EventName]: Named<N> }[EventName]): readonly SubgraphName[] {
  const listeners = subscriptions[event.name];
  if (event.name !== 'order.paid' || event.payload.held === undefined) return listeners;
  const { held } = event.payload;
  const nothingFor: readonly SubgraphName[] = [
    ...(held.includes('BENEFITS') ? [] : (['promotion'] as const)),
    ...(held.includes('POINTS') ? [] : (['member'] as const)),
  ];
  return listeners.filter((listener) => !nothingFor.includes(listener));
}

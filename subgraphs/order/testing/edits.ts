import { expect } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { shopIn } from './documents.ts';
import { member, onSale, staff, type Answer, type OrderWorld } from './order-world.ts';

export const clerk = staff('order:read', 'order:write');
type Wish = { quantities?: object[]; additions?: object[]; couponIds?: string[]; pointsToSpend?: number };

/** A line that shall have another quantity. */
export const to = (orderLineId: string, quantity: number) => ({ orderLineId, quantity });

/** Paid orders and what tests change of them. */
export function editsIn(world: OrderWorld) {
  const { neighbours } = world;
  const shop = shopIn(world);
  const facts = `... on InvalidStateError { state } ... on PriceChangedError { expected { amount } current { amount } }
  ... on InsufficientStockError { available } ... on CouponNotUsableError { reason } ... on InsufficientPointsError { available }`;
  const errors = `userErrors { code path ${facts} }`;
  const lines = 'lines { id sku { id } quantity total { amount } unitPrice { amount } }';
  const amounts =
    'subtotal { amount } discount { amount } freight { amount } total { amount } pointsSpent refundStatus';
  const editParts = `id status expiresAt due { amount } refund { amount } freight { amount }
  removed { orderLineId quantity total { amount } } added { sku { id } quantity total { amount } }`;
  const orderParts = `id status expiresAt ${amounts} ${lines} edits { id status } timeline { note }
  payments { amount { amount } refunded { amount } status } refunds { amount { amount } cause status }`;

  /** A paid order of 3 × ¥10.01 and 2 × ¥5.00 with freight ¥8.00, of which `points` points paid a cent each. */
  async function paidOrder({ points = 0, pay = true, coupon = 0 } = {}) {
    const viewer = member(newId('member'));
    neighbours.freightMinor = 800;
    neighbours.points.set(viewer.id ?? '', points);
    const [cup, pen] = [onSale(neighbours, { minor: 1001 }), onSale(neighbours, { minor: 500 })];
    const wanted = [
      { skuId: cup, quantity: 3 },
      { skuId: pen, quantity: 2 },
    ];
    const couponId = newId('coupon');
    neighbours.coupons.set(couponId, { memberId: viewer.id ?? '', amountMinor: coupon });
    const couponIds = coupon > 0 ? [couponId] : [];
    const { order } = await shop.place(viewer, { lines: wanted, pointsToSpend: points, couponIds });
    if (pay) await shop.pay(viewer, order.id);
    neighbours.freightMinor = 0;
    const [cups, pens] = order.lines as { id: string }[];
    return { viewer, orderId: String(order.id), couponId, cup, pen, cups: cups?.id ?? '', pens: pens?.id ?? '' };
  }

  /** The same, not paid yet; sending costs as much with any goods. `coupon` is worth so many cents. */
  async function unpaidOrder({ points = 0, coupon = 0 } = {}) {
    const order = await paidOrder({ points, coupon, pay: false });
    neighbours.freightMinor = 800;
    return order;
  }

  const preview = async (viewer: typeof clerk, orderId: string, wish: Wish): Promise<Answer> => {
    const query = `query ($input: OrderEditPreviewInput!) { orderEditPreview(input: $input) {
    preview { total { amount } due { amount } refund { amount } pointsReturned } ${errors} } }`;
    return (await world.ask(viewer, query, { input: { orderId, ...wish } })).orderEditPreview;
  };
  const edit = (viewer: typeof clerk, orderId: string, wish: Wish, total: string, more: object = {}): Promise<Answer> =>
    shop.mutate(
      viewer,
      'editOrder',
      {
        orderId,
        ...wish,
        expectedTotal: { amount: total, currency: 'CNY' },
        idempotencyKey: newId('request'),
        ...more,
      },
      `order { ${orderParts} } edit { ${editParts} } ${errors}`,
    );
  const giveUp = (viewer: typeof clerk, orderId: string): Promise<Answer> =>
    shop.mutate(viewer, 'cancelOrderEdit', { orderId }, `order { ${orderParts} } edit { ${editParts} } ${errors}`);
  const seen = async (viewer: typeof clerk, id: string): Promise<Answer> =>
    (await world.ask(viewer, `query ($id: ID!) { order(id: $id) { ${orderParts} edits { ${editParts} } } }`, { id }))
      .order;

  async function expectBooksToAgree(): Promise<void> {
    // The tests' clock jumps over the times at which they run by themselves.
    for (const job of ['close-unpaid-orders', 'seal-audit-entries']) await world.subgraph.runJob(job);
    const call = { viewer: systemViewer('verify'), requestId: newId('request') };
    expect(((await world.subgraph.call('/internal/verify', {}, call)) as Answer).discrepancies).toEqual([]);
  }
  return { shop, paidOrder, unpaidOrder, preview, edit, giveUp, seen, expectBooksToAgree };
}

export type PaidOrder = Awaited<ReturnType<ReturnType<typeof editsIn>['paidOrder']>>;

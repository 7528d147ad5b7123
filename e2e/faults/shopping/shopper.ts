import {
  AddCartLinesDocument,
  ApplyCouponCodeDocument,
  CancelOrderDocument,
  PayOrderDocument,
  PlaceOrderDocument,
  PlacePresaleOrderDocument,
  PresaleOrderDocument,
  PurchaseFlashSaleItemDocument,
  StorefrontDocument,
  type PlaceOrderInput,
} from '../../__generated__/operations.ts';
import { signTestNotification } from '../../../subgraphs/order/payment/providers/test-provider.ts';
import { testSettings } from '../../setup/test-settings.ts';
import type { Client } from '../../world/client.ts';
import { newKey } from '../../world/unique.ts';
import { askUntilAnswered, asking, type Answers } from './ask-until-answered.ts';
import { chooseSku, type Goods } from './goods.ts';
import type { Presales } from './presales.ts';
import { minorOf, type Promised, type Promises } from './promises.ts';
import { createSecondThoughts } from './second-thoughts.ts';
import type { Chance } from '#kit/testing/chance.ts';

/** Who shops, where, and what is kept of it. */
export interface Shopping {
  readonly client: Client;
  /** Decides about complaints. */
  readonly staff: Client;
  readonly goods: Goods;
  readonly presales: Presales;
  readonly luck: Chance;
  readonly promises: Promises;
  readonly answers: Answers;
  /** All that the shopper has: less than half the price of anything. */
  readonly points: number;
}

interface Acknowledged {
  readonly id: string;
  readonly number: string;
  readonly total: { readonly amount: string };
}

/** Every callback comes this often. */
const callbacks = 3;

/** A shopper who does one thing after another, as luck will have it, and asks again with the same key until answered. */
export function createShopper({ client, staff, goods, presales, luck, promises, answers, points }: Shopping) {
  const ask = asking(answers, client);
  const askAs = (somebody: Client) => asking(answers, somebody);
  const secondThoughts = createSecondThoughts({ ask, askAs, staff, goods, luck });
  /** Orders of presales whose deposit is paid, the oldest first. */
  const presold: Promised[] = [];

  function acknowledged(order: Acknowledged | null | undefined): Promised | null {
    if (!order) return null;
    const { id, number, total } = order;
    return promises.placed({ id, number, totalMinor: minorOf(total) });
  }

  async function place(more: Omit<PlaceOrderInput, 'idempotencyKey'>): Promise<Promised | null> {
    const answer = await ask(PlaceOrderDocument, { input: { ...more, idempotencyKey: newKey() } });
    return acknowledged(answer?.placeOrder.order);
  }

  async function placeCart(): Promise<Promised | null> {
    const lines = [{ skuId: chooseSku(goods, luck), quantity: 1 + luck.below(3) }];
    const filled = await ask(AddCartLinesDocument, { input: { lines } });
    const cartId = filled?.addCartLines.cart?.id;
    if (cartId === undefined) return null;
    if (luck.happens(0.5)) await ask(ApplyCouponCodeDocument, { input: { cartId, code: goods.couponCode } });
    return place({ cartId });
  }

  /** All points for several orders at once: all but one are refused, and what was held for them goes back. Then that one is cancelled, and the points are there again. */
  async function placeManyWithAllPoints(): Promise<null> {
    const input = { lines: [{ skuId: chooseSku(goods, luck), quantity: 1 }], pointsToSpend: points };
    const placed = await Promise.all(Array.from({ length: 4 }, () => place(input)));
    for (const order of placed) if (order !== null) await cancel(order);
    return null;
  }

  async function purchase(): Promise<Promised | null> {
    const itemId = luck.happens(0.2) ? goods.missingFlashItemId : goods.flashItemId;
    const input = { itemId, quantity: 1, idempotencyKey: newKey() };
    const answer = await ask(PurchaseFlashSaleItemDocument, { input });
    return acknowledged(answer?.purchaseFlashSaleItem.order);
  }

  /** Orders what the current presale sells, and pays the deposit. */
  async function preorder(): Promise<null> {
    const presaleId = presales.current();
    if (presaleId === null) return null;
    const input = { presaleId, quantity: 1, idempotencyKey: newKey() };
    const answer = await ask(PlacePresaleOrderDocument, { input });
    const order = acknowledged(answer?.placePresaleOrder.order);
    if (order !== null && (await payWhatIsDue(order))) presold.push(order);
    return null;
  }

  /** Pays the balance of the oldest order of a presale, if it is due. */
  async function payBalance(): Promise<null> {
    const [order] = presold;
    if (order === undefined) return null;
    const seen = await ask(PresaleOrderDocument, { id: order.orderId });
    if (seen?.order?.presale?.phase !== 'BALANCE_DUE') return null;
    presold.shift();
    if (await payWhatIsDue(order)) order.status = 'PAID';
    return null;
  }

  async function payWhatIsDue({ orderId }: Promised): Promise<boolean> {
    const input = { orderId, provider: 'TEST' as const, idempotencyKey: newKey() };
    return (await ask(PayOrderDocument, { input }))?.payOrder.payment?.status === 'SUCCEEDED';
  }

  /** Pays, sometimes by two devices at once; then the platform calls back three times. */
  async function pay(order: Promised): Promise<void> {
    const attempts = luck.happens(0.15) ? 2 : 1;
    const paid = await Promise.all(
      Array.from({ length: attempts }, () =>
        ask(PayOrderDocument, {
          input: { orderId: order.orderId, provider: 'TEST', idempotencyKey: newKey() },
        }),
      ),
    );
    for (const answer of paid) {
      const payment = answer?.payOrder.payment;
      if (payment?.status !== 'SUCCEEDED') continue;
      order.status = 'PAID';
      await Promise.all(Array.from({ length: callbacks }, () => callBack(order, payment.id)));
    }
  }

  async function callBack({ orderId, totalMinor }: Promised, paymentId: string): Promise<void> {
    const said = {
      paymentId,
      orderId,
      transactionId: `test-${paymentId}`,
      outcome: 'SUCCEEDED',
      amountMinor: totalMinor,
      currency: 'CNY',
    };
    const rawBody = Buffer.from(JSON.stringify(said));
    await askUntilAnswered(answers, 'callback', async () => {
      const { headers } = signTestNotification(testSettings.PAYMENT_TEST_SECRET, rawBody, new Date());
      const answer = await fetch(`${client.options.url}/callbacks/order/payments/test`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: rawBody,
      });
      await answer.body?.cancel();
      const data = answer.ok ? {} : null;
      return { status: answer.status, headers: answer.headers, data, errors: [] };
    });
  }

  async function cancel(order: Promised): Promise<void> {
    order.wantsToCancel = true;
    const answer = await ask(CancelOrderDocument, { input: { orderId: order.orderId, idempotencyKey: newKey() } });
    if (answer?.cancelOrder.order) order.status = 'CANCELLED';
  }

  async function browse(): Promise<null> {
    await ask(StorefrontDocument, { first: 5 });
    return null;
  }

  /** Does one thing, to its end. */
  return async function shopOnce(): Promise<void> {
    const wish = luck.next() * 100;
    const wishes: readonly (readonly [upTo: number, () => Promise<Promised | null>])[] = [
      [10, browse],
      [35, placeCart],
      [48, placeManyWithAllPoints],
      [63, purchase],
      [73, preorder],
      [80, payBalance],
      [100, () => place({ lines: [{ skuId: chooseSku(goods, luck), quantity: 1 }] })],
    ];
    const order = (await wishes.find(([upTo]) => wish < upTo)?.[1]()) ?? null;
    if (order === null) return;
    const next = luck.next() * 100;
    // The rest is left to expire.
    if (next < 70) await pay(order);
    else if (next < 85) await cancel(order);
    if (order.status !== 'PAID') return;
    const then = luck.next() * 100;
    if (then < 35) await secondThoughts.change(order);
    else if (then < 50) await secondThoughts.complain(order);
    if (luck.happens(0.3)) await cancel(order);
  };
}

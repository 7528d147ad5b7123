import { createHmac } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { OrderMoneyDocument, PayOrderDocument } from '../__generated__/operations.ts';
import { accepted, codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

inBothTopologies('an order is paid once', (graph) => {
  let shop: Shop;
  let product: ShopProduct;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await aShop(graph);
    [product, shopper] = await Promise.all([shop.product({ price: '50.00' }), shop.shopper()]);
  });
  const places = () => shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
  const pays = async (order: Order, idempotencyKey = newKey()) => {
    const input = { orderId: order.id, provider: 'TEST' as const, idempotencyKey };
    return (await shopper.client.ask(PayOrderDocument, { input })).payOrder;
  };
  const moneyOf = async (order: Order) => (await shopper.client.ask(OrderMoneyDocument, { id: order.id })).order;

  test('also when it is paid again, with the same key or another', async () => {
    const order = await places();
    const key = newKey();
    const first = accepted(await pays(order, key), 'payment');
    expect(first).toMatchObject({ status: 'SUCCEEDED', amount: yuan('58.00') });
    expect(accepted(await pays(order, key), 'payment').id).toBe(first.id);
    expect(codesOf(await pays(order))).toEqual(['INVALID_STATE']);
    expect((await moneyOf(order))?.payments).toHaveLength(1);
  });

  test('also when it is paid five times at the same moment: what was taken too much goes back by itself', async () => {
    const order = await places();
    const answers = await Promise.all(Array.from({ length: 5 }, () => pays(order)));
    expect(answers.filter(({ payment }) => payment !== null).length).toBeGreaterThan(0);
    await eventually(async () => {
      const money = await moneyOf(order);
      const taken = money?.payments.filter(({ status }) => status === 'SUCCEEDED') ?? [];
      const kept = taken.map(({ amount, refunded }) => Number(amount.amount) - Number(refunded.amount));
      expect(kept.filter((yuanKept) => yuanKept !== 0)).toEqual([58]);
      expect(money).toMatchObject({ status: 'PAID', refundStatus: 'NONE' });
    });
  });

  test('and not at all when it was cancelled, or by a provider that is not there', async () => {
    const order = await places();
    const elsewhere = await shopper.client.ask(PayOrderDocument, {
      input: { orderId: order.id, provider: 'WECHAT_PAY', scene: 'MINI_PROGRAM', idempotencyKey: newKey() },
    });
    expect(codesOf(elsewhere.payOrder)).toEqual(['PAYMENT_PROVIDER_UNAVAILABLE']);
    await shopper.cancels(order);
    expect(codesOf(await pays(order))).toEqual(['INVALID_STATE']);
    expect(await moneyOf(order)).toMatchObject({ status: 'CANCELLED', refundStatus: 'NONE', refunded: yuan('0.00') });
  });

  test('and a key that was used for another order is refused', async () => {
    const [one, other] = [await places(), await places()];
    const key = newKey();
    accepted(await pays(one, key), 'payment');
    expect(codesOf(await pays(other, key))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await moneyOf(other)).toMatchObject({ status: 'PENDING_PAYMENT', payments: [] });
  });

  test('and a notification that the provider did not sign pays nothing', async () => {
    const order = await places();
    const body = JSON.stringify({ orderId: order.id, amount: yuan('58.00'), status: 'SUCCEEDED' });
    const wrong = createHmac('sha256', 'not the secret of the provider, though long').update(body).digest('hex');
    for (const headers of [
      {},
      { 'x-test-signature': wrong },
      { 'x-signature': wrong, 'x-timestamp': String(Date.now()) },
    ]) {
      const answer = await fetch(`${graph.url}/callbacks/payments/test`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
    expect((await moneyOf(order))?.status).toBe('PENDING_PAYMENT');
  });
});

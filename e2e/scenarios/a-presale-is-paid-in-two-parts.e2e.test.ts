import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import {
  CancelPresaleDocument,
  PayOrderDocument,
  PickFulfillmentDocument,
  PlacePresaleOrderDocument,
  PresaleDocument,
  PresaleOrderDocument,
  type CreatePresaleInput,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted, codesOf } from '../world/client.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

const minute = 60_000;

describe.each(topologies)('a presale is paid in two parts (%s)', (topology) => {
  const clock = testClock(new Date());
  let graph: PrivateGraph;
  let shop: Shop;
  let shopper: Shopper;
  beforeAll(async () => {
    graph = await startPrivateGraph(topology, { clock });
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });
  afterAll(() => graph?.stop());

  /** Time passes; tokens live 15 minutes, so everybody comes back. */
  async function passes(minutes: number): Promise<void> {
    clock.advance(minutes * minute);
    shopper = await shopper.comesBack();
    shop = await aShop(graph);
  }
  const job = (name: string) => graph.subgraphs.order.runJob(name);
  /** What was set aside for presales whose balances are over can be sold to anybody. */
  const freesGoods = () => graph.subgraphs.logistics.runJob('release-expired-reservations');

  const orders = async (presaleId: string, by = shopper, quantity = 1) => {
    const input = { presaleId, quantity, addressId: by.addressId, idempotencyKey: newKey() };
    return (await by.client.ask(PlacePresaleOrderDocument, { input })).placePresaleOrder;
  };
  const pays = async (orderId: string, by = shopper) => {
    const input = { orderId, provider: 'TEST' as const, idempotencyKey: newKey() };
    return (await by.client.ask(PayOrderDocument, { input })).payOrder;
  };
  const sees = async (id: string) => (await shopper.client.ask(PresaleOrderDocument, { id })).order;
  const remainingOf = async (id: string) => (await shop.guest().ask(PresaleDocument, { id })).presale?.remaining;

  /** An order of a presale whose deposit is paid. */
  async function deposited(product: ShopProduct, more: Partial<CreatePresaleInput> = {}) {
    const { id: presaleId } = await shop.presale({ skuId: product.sku.id, ...more });
    const { id } = accepted(await orders(presaleId), 'order');
    accepted(await pays(id), 'payment');
    return { presaleId, id };
  }

  test('deposit, then balance once the goods are there, then goods when they may be sent', async () => {
    const product = await shop.product({ price: '120.00', stock: 0 });
    const { code } = shop.warehouse;
    const levelOf = () => shop.deskOf(code).levelOf(product.sku.code);
    const { presaleId, id } = await deposited(product, { depositWorth: yuan('20.00') });
    expect(await sees(id)).toMatchObject({
      status: 'PENDING_PAYMENT',
      total: yuan('90.00'),
      presale: { phase: 'DEPOSIT_PAID', due: null, presale: { id: presaleId, status: 'DEPOSIT' } },
    });
    expect(await remainingOf(presaleId)).toBe(9);
    expect(codesOf(await pays(id))).toEqual(['BALANCE_NOT_DUE']);

    await passes(61);
    await job('open-balances');
    expect((await sees(id))?.presale?.phase).toBe('DEPOSIT_PAID');
    await shop.receives(product.sku.code, 3, shop.deskOf(code));
    await passes(2);
    await job('open-balances');
    // One is the order's; the others are kept for whoever else is in the quota, from the moment on at which the presale is known.
    await eventually(async () => expect(await levelOf()).toMatchObject({ onHand: 3, reserved: 3, available: 0 }));
    expect((await sees(id))?.presale).toMatchObject({ phase: 'BALANCE_DUE', due: yuan('80.00') });

    accepted(await pays(id), 'payment');
    const fulfillment = await shop.deskOf(code).findsIn({ id });
    const order = await sees(id);
    expect(order).toMatchObject({
      status: 'PAID',
      presale: { phase: 'BALANCE_PAID', due: null },
      payments: [
        { part: 'DEPOSIT', status: 'SUCCEEDED', amount: yuan('10.00') },
        { part: 'BALANCE', status: 'SUCCEEDED', amount: yuan('80.00') },
      ],
      fulfillments: [{ id: fulfillment.id, status: 'ALLOCATED', shipsAfter: order?.presale?.shipsAfter }],
    });
    const early = { fulfillmentId: fulfillment.id, idempotencyKey: newKey() };
    const { pickFulfillment } = await shop.staff.ask(PickFulfillmentDocument, { input: early });
    expect(codesOf(pickFulfillment)).toEqual(['TOO_EARLY']);

    await passes(120);
    await shop.deskOf(code).sends({ id });
    await eventually(async () => expect((await sees(id))?.status).toBe('SHIPPED'));
    await freesGoods();
    expect(await levelOf()).toMatchObject({ onHand: 2, reserved: 0, available: 2 });
    expect(await remainingOf(presaleId)).toBe(9);
  });

  test.each([
    ['FORFEIT', { forfeited: yuan('10.00'), refunds: [] }],
    ['RETURN', { forfeited: yuan('0.00'), refunds: [['DEPOSIT_RETURNED', 'SUCCEEDED', yuan('10.00')]] }],
  ] as const)(
    'a balance that is not paid closes the order by the rule %s, and frees goods and quota',
    async (ifUnpaid, end) => {
      const product = await shop.product({ price: '120.00', stock: 2 });
      const { code } = shop.warehouse;
      const levelOf = () => shop.deskOf(code).levelOf(product.sku.code);
      const { presaleId, id } = await deposited(product, { ifUnpaid, quota: 1 });
      // Nobody else can buy what was promised, from the moment on at which the presale is known.
      await eventually(async () => expect(await levelOf()).toMatchObject({ reserved: 1, available: 1 }));
      await (await shop.shopper()).places([{ skuId: product.sku.id, quantity: 1 }]);
      expect(await levelOf()).toMatchObject({ reserved: 2, available: 0 });
      await passes(61);
      await job('open-balances');
      expect((await sees(id))?.presale?.phase).toBe('BALANCE_DUE');
      await passes(60);
      await job('close-unpaid-orders');
      const order = await sees(id);
      expect([order?.status, order?.presale?.phase, order?.presale?.forfeited]).toEqual([
        'CLOSED',
        'CLOSED',
        end.forfeited,
      ]);
      expect(order?.refunds.map(({ cause, status, amount }) => [cause, status, amount])).toEqual(end.refunds);
      await eventually(async () => {
        await freesGoods();
        expect(await levelOf()).toMatchObject({ reserved: 0, available: 2 });
        expect(await remainingOf(presaleId)).toBe(1);
      });
      expect(codesOf(await pays(id))).toEqual(['INVALID_STATE']);
    },
  );

  test('a deposit that is not paid in time gives its units to somebody else', async () => {
    const product = await shop.product({ price: '120.00', stock: 0 });
    const { id: presaleId } = await shop.presale({ skuId: product.sku.id, quota: 1 });
    const { id } = accepted(await orders(presaleId), 'order');
    const other = await shop.shopper();
    expect(codesOf(await orders(presaleId, other))).toEqual(['PRESALE_SOLD_OUT']);
    await passes(31);
    await job('close-unpaid-orders');
    expect((await sees(id))?.status).toBe('CLOSED');
    await eventually(async () => expect(await remainingOf(presaleId)).toBe(1));
    accepted(await orders(presaleId, await other.comesBack()), 'order');
    expect(codesOf(await pays(id))).toEqual(['INVALID_STATE']);
  });

  test('and refuses who comes too early, too late, or wants too much', async () => {
    const product = await shop.product({ price: '120.00' });
    const { id: presaleId } = await shop.presale({ skuId: product.sku.id, quota: 3, limitPerMember: 2 });
    expect(codesOf(await orders(presaleId, shopper, 3))).toEqual(['PRESALE_LIMIT_REACHED']);
    expect(codesOf(await orders(presaleId, shopper, 0))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await orders('prs_01J00000000000000000000000'))).toEqual(['NOT_FOUND']);
    accepted(await orders(presaleId, shopper, 2), 'order');
    expect(codesOf(await orders(presaleId))).toEqual(['PRESALE_LIMIT_REACHED']);
    expect(codesOf(await orders(presaleId, await shop.shopper(), 2))).toEqual(['PRESALE_SOLD_OUT']);
    await passes(61);
    expect(codesOf(await orders(presaleId))).toEqual(['PRESALE_NOT_OPEN']);
  });

  test('and called off gives every deposit back', async () => {
    const product = await shop.product({ price: '120.00', stock: 0 });
    const { presaleId, id } = await deposited(product);
    const { cancelPresale } = await shop.staff.ask(CancelPresaleDocument, { input: { presaleId } });
    expect(accepted(cancelPresale, 'presale').status).toBe('CANCELLED');
    await eventually(async () => {
      await job('close-withdrawn-presale-orders');
      expect(await sees(id)).toMatchObject({
        status: 'CLOSED',
        presale: { phase: 'CLOSED', forfeited: yuan('0.00') },
        refunds: [{ cause: 'DEPOSIT_RETURNED', status: 'SUCCEEDED', amount: yuan('10.00') }],
      });
    });
    await eventually(async () => expect(await remainingOf(presaleId)).toBe(10));
    expect(codesOf(await orders(presaleId))).toEqual(['INVALID_STATE']);
  });

  test('and all of that leaves the books in agreement', async () => {
    await job('close-unpaid-orders');
    await freesGoods();
    const call = { viewer: systemViewer('verify'), requestId: 'req_verify' };
    for (const owner of ['order', 'promotion', 'logistics'] as const) {
      const report = await graph.subgraphs[owner].call('/internal/verify', {}, call);
      const { discrepancies } = report as { discrepancies: { invariant: string }[] };
      // The clock goes faster than the job that seals the audit log.
      expect(discrepancies.filter(({ invariant }) => !invariant.startsWith('audit'))).toEqual([]);
    }
  });
});

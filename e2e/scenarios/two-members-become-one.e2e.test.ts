import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { MergeMembersDocument, PointsLedgerDocument, RequestAfterSaleDocument } from '../__generated__/operations.ts';
import { joinsTheirOther } from '../world/accounts.ts';
import { booksOf } from '../world/books.ts';
import { accepted, codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { newKey, yuan } from '../world/unique.ts';

/** Placing, sending and receiving so many orders takes a while on a small machine. */
const limitMs = 120_000;

inBothTopologies('two members become one', (graph) => {
  const books = booksOf(graph);
  let shop: Shop;
  beforeAll(async () => {
    shop = await aShop(graph);
  });

  const ordersOf = `{ me { orders(first: 50) { totalCount nodes { id status address { recipient line } fulfillments { id } } } } }`;
  interface Listed {
    readonly me: { orders: { nodes: { id: string; status: string; address: object; fulfillments: object[] }[] } };
  }

  test(
    'with orders in every state, coupons, points and a cart: all of it is the one’s by every path, goes on, and the books agree',
    async () => {
      const product = await shop.product({ price: '100.00', stock: 50 });
      const lines = [{ skuId: product.sku.id, quantity: 1 }];
      const [from, into] = await Promise.all([shop.shopper(), shop.shopper()]);
      const couponId = await from.claims(
        await shop.coupon({ amountOff: yuan('1.00'), scope: { skuIds: [product.sku.id] } }),
      );
      const unpaid = await from.places(lines, { couponIds: [couponId] });
      const cancelled = await from.places(lines);
      await from.cancels(cancelled);
      const [paid, sent, received, complained] = [
        await from.places(lines),
        await from.places(lines),
        await from.places(lines),
        await from.places(lines),
      ];
      for (const order of [paid, sent, received, complained]) await from.pays(order);
      for (const order of [sent, received, complained]) await shop.warehouse.sends(order);
      for (const order of [received, complained]) {
        await eventually(() => from.confirmsReceiptOf(order));
      }
      const [line] = complained.lines;
      const complaint = await from.client.ask(RequestAfterSaleDocument, {
        input: {
          ...{ orderId: complained.id, kind: 'REFUND_ONLY', reason: '有瑕疵', idempotencyKey: newKey() },
          lines: [{ orderLineId: line?.id ?? '', quantity: 1 }],
        },
      });
      const { id: afterSaleId } = accepted(complaint.requestAfterSale, 'afterSale');
      await from.adds(product.sku.id, 2);
      const own = await into.places(lines);

      const key = newKey();
      const merged = await joinsTheirOther(into, from, key);
      expect(accepted(merged, 'mergedId')).toBe(from.id);
      expect(await joinsTheirOther(into, from, key)).toEqual(merged);

      const all = [unpaid, cancelled, paid, sent, received, complained, own].map(({ id }) => id).toSorted();
      await eventually(async () => {
        const { data } = await into.client.sendText(ordersOf);
        const { nodes } = (data as unknown as Listed).me.orders;
        expect(nodes.map(({ id }) => id).toSorted()).toEqual(all);
        for (const { id, address, fulfillments } of nodes) {
          expect(address).toMatchObject({ recipient: '王小明', line: '浦东新区世纪大道 1 号' });
          if ([paid.id, sent.id].includes(id)) expect(fulfillments).toHaveLength(1);
        }
        const cart = await into.client.sendText('{ cart { lines { quantity } } }');
        expect(cart.data).toEqual({ cart: { lines: [{ quantity: 2 }] } });
        expect((await into.me()).coupons).toMatchObject({ nodes: [{ id: couponId, status: 'LOCKED' }] });
      });
      await eventually(async () => {
        const { errors } = await from.client.sendText('{ me { id } orders(first: 1) { totalCount } }');
        expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
      });
      expect((await from.comesBack().catch(() => null))?.id).toBeUndefined();

      await into.pays(unpaid);
      await shop.warehouse.sends(unpaid);
      await eventually(() => into.confirmsReceiptOf(sent));
      const refuse = `mutation ($input: ApproveAfterSaleInput!) { approveAfterSale(input: $input) { afterSale { status } userErrors { code } } }`;
      const { data } = await shop.staff.sendText(refuse, { input: { afterSaleId } });
      expect(data).toMatchObject({ approveAfterSale: { userErrors: [] } });
      await eventually(async () => {
        expect((await into.sees(unpaid)).status).toBe('SHIPPED');
        expect((await into.sees(complained)).refundStatus).toBe('FULL');
        const { me } = await into.client.ask(PointsLedgerDocument, { first: 50 });
        // Three were received; of one the money went back.
        expect(me?.points).toMatchObject({ balance: 0, pending: 200, frozen: 0, debt: 0 });
      });
      await eventually(() => books.expectToAgree());
    },
    limitMs,
  );

  test('said by staff, with a reason: the old id leads to the other one, and a second merge is refused', async () => {
    const [from, into, third] = await Promise.all([shop.shopper(), shop.shopper(), shop.shopper()]);
    const input = { memberId: from.id, intoMemberId: into.id, reason: '本人来电核实', idempotencyKey: newKey() };
    const { mergeMembers } = await shop.staff.ask(MergeMembersDocument, { input });
    expect(accepted(mergeMembers, 'member')).toMatchObject({
      id: into.id,
      mergedFrom: [{ mergedId: from.id, by: 'STAFF', reason: '本人来电核实' }],
    });
    const { data } = await shop.staff.sendText('query ($id: ID!) { member(id: $id) { id email } }', { id: from.id });
    expect(data).toEqual({ member: { id: into.id, email: into.email } });
    const again = { ...input, intoMemberId: third.id, idempotencyKey: newKey() };
    expect(codesOf((await shop.staff.ask(MergeMembersDocument, { input: again })).mergeMembers)).toEqual([
      'INVALID_STATE',
    ]);
    const { errors } = await into.client.sendText(
      'mutation ($input: MergeMembersInput!) { mergeMembers(input: $input) { mergedId } }',
      { input: again },
    );
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

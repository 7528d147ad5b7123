import { beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { address, member, orderWorld } from '../testing/order-world.ts';
import { inDays, presaleShopIn } from '../testing/presale-shop.ts';

const world = orderWorld();
const { clock, neighbours } = world;
const { presale, place, seen } = presaleShopIn(world);

beforeEach(() => {
  clock.set('2026-11-22T08:00:00Z');
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
});

describe('placing the order of a presale', () => {
  test('asks for the deposit, holds units and no goods, and gives 30 minutes', async () => {
    const viewer = member(newId('member'));
    const { presaleId, skuId } = presale();
    const { order, userErrors } = await place(viewer, presaleId, { quantity: 2 });
    expect(userErrors).toEqual([]);
    expect(order).toMatchObject({
      status: 'PENDING_PAYMENT',
      expiresAt: '2026-11-22T08:30:00.000Z',
      total: { amount: '180.00' },
      presale: {
        presale: { id: presaleId },
        phase: 'DEPOSIT_DUE',
        deposit: { amount: '20.00' },
        depositWorth: { amount: '40.00' },
        balance: { amount: '160.00' },
        due: { amount: '20.00' },
        depositPaidAt: null,
        ifUnpaid: 'FORFEIT',
        forfeited: { amount: '0.00' },
      },
    });
    expect(neighbours.presold.get(order.id)).toEqual({ presaleId, quantity: 2 });
    expect([neighbours.stock.get(skuId), neighbours.reservations.has(order.id)]).toEqual([100, false]);
    expect((await seen(viewer, order.id)).lines).toEqual([{ shipsAfter: inDays(8) }]);
  });

  test('gives no more time than deposits have', async () => {
    const viewer = member(newId('member'));
    const { presaleId } = presale({ depositTo: '2026-11-22T08:10:00.000Z' });
    expect((await place(viewer, presaleId)).order.expiresAt).toBe('2026-11-22T08:10:00.000Z');
  });

  test('with the same key is one order, also five times at once; with another wish it is refused', async () => {
    const viewer = member(newId('member'));
    const { presaleId } = presale();
    const input = { idempotencyKey: 'once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => place(viewer, presaleId, input)));
    expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
    expect([...neighbours.presold.values()].filter((held) => held.presaleId === presaleId)).toHaveLength(1);
    expect((await place(viewer, presaleId, { ...input, quantity: 2 })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });

  test.each([
    ['an unknown presale', 'prs_none', {}, { code: 'NOT_FOUND', path: ['presaleId'] }],
    ['no units', null, { quantity: 0 }, { code: 'INVALID_INPUT', path: ['quantity'] }],
    ['more than are left', null, { quantity: 11 }, { code: 'PRESALE_SOLD_OUT', path: ['quantity'], remaining: 10 }],
    ['no address', null, { address: null }, { code: 'INVALID_INPUT', path: ['address'] }],
    ['an address of nobody', null, { address: null, addressId: 'adr_x' }, { code: 'NOT_FOUND', path: ['addressId'] }],
  ])('of %s is refused', async (_what, id, input, refusal) => {
    const { presaleId } = presale();
    const answer = await place(member(newId('member')), id ?? presaleId, input);
    expect(answer).toEqual({ order: null, userErrors: [refusal] });
    expect([...neighbours.presold.values()].filter((held) => held.presaleId === presaleId)).toEqual([]);
  });

  test('costs what the shopper saw, or is refused with both totals and holds nothing', async () => {
    const viewer = member(newId('member'));
    const { presaleId } = presale();
    const [seen, other] = ['180.00', '200.00'].map((amount) => ({ amount, currency: 'CNY' }));
    const fields = `order { total { amount } } userErrors { code path ... on PriceChangedError { expected { amount } current { amount } } }`;
    const input = { presaleId, quantity: 2, address, expectedTotal: other };
    const placing = (more: object) =>
      shopIn(world).mutate(
        viewer,
        'placePresaleOrder',
        { ...input, idempotencyKey: newId('request'), ...more },
        fields,
      );
    expect(await placing({})).toEqual({
      order: null,
      userErrors: [
        {
          code: 'PRICE_CHANGED',
          path: ['expectedTotal'],
          expected: { amount: '200.00' },
          current: { amount: '180.00' },
        },
      ],
    });
    const dollars = { expectedTotal: { amount: '180.00', currency: 'USD' } };
    expect((await placing(dollars)).userErrors).toEqual([
      { code: 'CURRENCY_MISMATCH', path: ['expectedTotal', 'currency'] },
    ]);
    expect([...neighbours.presold.values()].filter((held) => held.presaleId === presaleId)).toEqual([]);
    expect(await placing({ expectedTotal: seen })).toEqual({ order: { total: { amount: '180.00' } }, userErrors: [] });
  });

  test('of a SKU that is not sold any more, or for less, is refused', async () => {
    const gone = presale();
    neighbours.skus.delete(gone.skuId);
    expect((await place(member('mbr_1'), gone.presaleId)).userErrors).toMatchObject([{ code: 'SKU_UNAVAILABLE' }]);
    const cheaper = presale({ priceMinor: 12_001 });
    expect((await place(member('mbr_1'), cheaper.presaleId)).userErrors).toMatchObject([{ code: 'PRICE_CHANGED' }]);
  });

  test('is not finished when promotion gives no answer: BUSY, nothing stays held, and the same key tries again', async () => {
    const viewer = member(newId('member'));
    const { presaleId } = presale();
    const document = 'mutation ($input: PlacePresaleOrderInput!) { placePresaleOrder(input: $input) { order { id } } }';
    const input = { presaleId, quantity: 1, address, idempotencyKey: 'again' };
    neighbours.faults.after.set('promotion.lockBenefits', unreachable('promotion'));
    expect(await world.errorsOf(viewer, document, { input })).toEqual(['BUSY']);
    neighbours.faults.after.clear();
    expect([...neighbours.presold.values()].filter((held) => held.presaleId === presaleId)).toEqual([]);
    expect((await place(viewer, presaleId, { idempotencyKey: 'again' })).order.presale.phase).toBe('DEPOSIT_DUE');
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dieAt } from '#kit/testing/die-at.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { aSku, fakeNeighbours } from './testing/neighbours.ts';
import { june, yuan } from './testing/offers.ts';
import { presaleWindows } from './testing/presales.ts';
import { staffViewer, startPromotionApp, type Loose, type PromotionApp } from './testing/promotion-app.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { answers } = fakeNeighbours();
let app: PromotionApp;
/** A second process on the same database. */
let twin: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
  twin = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
});
afterAll(async () => {
  await app?.subgraph.stop();
  await twin?.subgraph.stop();
});

const ladder = [{ thresholdAmount: yuan('100'), amountOff: yuan('10') }];
const presaleAmounts = { price: yuan('100'), deposit: yuan('10') };
const flashItem = () => ({ skuId: aSku(), price: yuan('1'), quota: 10 });

/** What staff create: where it is kept, a valid wish, what makes it another one, and what makes it a wrong one. */
const creations = [
  {
    ...{ mutation: 'createPromotion', type: 'CreatePromotionInput', field: 'promotion', collection: 'promotions' },
    wish: () => ({ title: '满100减10', kind: 'AMOUNT_OFF_LADDER', ...june, ladder }),
    another: { title: '满一百减十' },
    wrong: { usageLimit: 0 },
  },
  {
    ...{ mutation: 'createCouponTemplate', type: 'CreateCouponTemplateInput', field: 'template' },
    collection: 'couponTemplates',
    wish: () => ({ title: '五元券', ...june, amountOff: yuan('5'), code: aSku().replace('sku_', 'FIVE') }),
    another: { title: '十元券' },
    wrong: { totalLimit: 0 },
  },
  {
    ...{ mutation: 'createPresale', type: 'CreatePresaleInput', field: 'presale', collection: 'presales' },
    wish: () => ({ skuId: aSku(), ...presaleAmounts, quota: 10, ...presaleWindows, ifUnpaid: 'FORFEIT' }),
    another: { quota: 9 },
    wrong: { quota: 0 },
  },
  {
    ...{ mutation: 'createFlashSale', type: 'CreateFlashSaleInput', field: 'flashSale', collection: 'flashSales' },
    wish: () => ({ title: '秒杀', ...june, items: [flashItem()] }),
    another: { title: '限时秒杀' },
    wrong: { items: [] },
  },
];

describe.each(creations)('$mutation with a key', ({ mutation, type, field, collection, wish, another, wrong }) => {
  const document = `mutation ($input: ${type}!) {
    payload: ${mutation}(input: $input) { ${field} { id } userErrors { code path } }
  }`;
  const create = async (
    input: object,
    { by = app, staff = 'stf_1' } = {},
  ): Promise<{ id: string; codes: string[] }> => {
    const { data, errors } = (await by.ask(document, { input }, { ...staffViewer, id: staff })) as Loose;
    if (errors) throw new Error(errors[0].extensions.code);
    return {
      id: data.payload[field]?.id ?? null,
      codes: data.payload.userErrors.map(({ code }: { code: string }) => code),
    };
  };
  const countNow = () => db.connection.collection(collection).countDocuments();

  test('creates one, however often and wherever it comes, and answers it again', async () => {
    const [before, input] = [await countNow(), { ...wish(), idempotencyKey: `${mutation} once` }];
    const twins = await Promise.all([app, twin, app, twin].map((by) => create(input, { by })));
    expect(new Set(twins.map(({ id }) => id)).size).toBe(1);
    app.clock.set('2026-06-18T05:00:00.000Z');
    const later = await create(input);
    app.clock.set(noon);
    expect(later).toEqual({ id: expect.stringMatching(/^[a-z]+_/), codes: [] });
    expect(twins).toEqual([later, later, later, later]);
    expect(await countNow()).toBe(before + 1);
  });

  test('refuses it for another input, and knows the key of other staff as another one', async () => {
    const idempotencyKey = `${mutation} mine`;
    const input = { ...wish(), idempotencyKey };
    const first = await create(input);
    const before = await countNow();
    expect(await create({ ...input, ...another })).toEqual({
      id: null,
      codes: ['IDEMPOTENCY_CONFLICT'],
    });
    expect(await countNow()).toBe(before);
    const other = await create({ ...wish(), idempotencyKey }, { staff: 'stf_2' });
    expect([other.id === first.id, other.codes]).toEqual([false, []]);
  });

  test('answers a refusal again, and creates nothing', async () => {
    const [before, input] = [await countNow(), { ...wish(), ...wrong, idempotencyKey: `${mutation} wrong` }];
    const refused = await create(input);
    expect(refused).toMatchObject({ id: null, codes: expect.arrayContaining(['INVALID_INPUT']) });
    expect(await create(input)).toEqual(refused);
    expect(await countNow()).toBe(before);
  });

  test('finds after a crash what was created before it', async () => {
    const [before, input] = [await countNow(), { ...wish(), idempotencyKey: `${mutation} crash` }];
    await dieAt('idempotency.work-done', () => create(input));
    expect(await countNow()).toBe(before + 1);
    const { id, codes } = await create(input, { by: twin });
    expect([id, codes]).toEqual([expect.stringMatching(/^[a-z]+_/), []]);
    expect(await countNow()).toBe(before + 1);
  });

  test('isn’t needed', async () => {
    const before = await countNow();
    expect((await create(wish())).codes).toEqual([]);
    expect(await countNow()).toBe(before + 1);
  });
});

test('the warehouses are told of a presale once, however often its key comes', async () => {
  const input = { skuId: aSku(), ...presaleAmounts, quota: 10, ...presaleWindows, ifUnpaid: 'FORFEIT' };
  const document = `mutation ($input: CreatePresaleInput!) { createPresale(input: $input) { presale { id } } }`;
  const asked = { input: { ...input, idempotencyKey: 'told once' } };
  await dieAt('idempotency.work-done', () => app.ask(document, asked, staffViewer));
  const { data } = (await twin.ask(document, asked, staffViewer)) as Loose;
  const told = db.connection.collection('outbox').countDocuments({ aggregateId: data.createPresale.presale.id });
  expect(await told).toBe(1);
});

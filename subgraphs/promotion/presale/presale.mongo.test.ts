import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { fakeNeighbours } from '../testing/neighbours.ts';
import { yuan } from '../testing/offers.ts';
import { aPresale, createPresale, presaleWindows } from '../testing/presales.ts';
import {
  guestViewer,
  memberViewer,
  staffViewer,
  startPromotionApp,
  type PromotionApp,
} from '../testing/promotion-app.ts';
import { createPresaleStore } from './store/presales.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
let app: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers: fakeNeighbours().answers });
});
afterAll(async () => {
  await app?.subgraph.stop();
});
beforeEach(() => app.clock.set(noon));

const close = async (mutation: 'endPresale' | 'cancelPresale', presaleId: string) => {
  const type = mutation === 'endPresale' ? 'EndPresaleInput' : 'CancelPresaleInput';
  const facts = 'presale { status depositTo } userErrors { code path ... on InvalidStateError { state } }';
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${facts} } }`;
  return (await app.ask(document, { input: { presaleId } }, staffViewer)).data[mutation];
};
const eventsOf = (presaleId: string) =>
  db.connection
    .collection('outbox')
    .find({ aggregateId: presaleId })
    .project({ _id: 0, name: 1, payload: 1, pendingFor: 1 })
    .toArray();

describe('creating a presale', () => {
  test('keeps its terms, and says what is left to pay', async () => {
    expect(await createPresale(app, { limitPerMember: 2, channels: ['web'] })).toEqual({
      presale: {
        id: expect.stringMatching(/^prs_/),
        status: 'DEPOSIT',
        quota: 10,
        remaining: 10,
        limitPerMember: 2,
        price: { amount: '100.00' },
        deposit: { amount: '10.00' },
        depositWorth: { amount: '20.00' },
        balance: { amount: '80.00', currency: 'CNY' },
        ...presaleWindows,
        ifUnpaid: 'FORFEIT',
        channels: ['web'],
        sku: { id: 'sku_1' },
      },
      userErrors: [],
    });
  });

  test('takes the deposit for what it is unless told otherwise', async () => {
    const { presale } = await createPresale(app, { depositWorth: null });
    expect([presale.depositWorth.amount, presale.balance.amount]).toEqual(['10.00', '90.00']);
  });

  test.each([
    ['a SKU that is sold nowhere', { skuId: 'sku_unknown' }, 'NOT_FOUND', ['skuId']],
    ['a SKU that a channel does not sell', { skuId: 'sku_web_only', channels: ['web', 'app'] }, 'NOT_FOUND', ['skuId']],
    ['a price above the channel price', { price: yuan('100.01') }, 'INVALID_INPUT', ['price']],
    ['a price below its floor', { skuId: 'sku_dear', price: yuan('79.99') }, 'INVALID_INPUT', ['price']],
    [
      'a deposit that takes the price below its floor',
      { skuId: 'sku_dear', price: yuan('85'), deposit: yuan('10'), depositWorth: yuan('15.01') },
      'INVALID_INPUT',
      ['price'],
    ],
    ['a price of nothing', { price: yuan('0') }, 'INVALID_INPUT', ['price', 'amount']],
    ['a deposit that is the price', { deposit: yuan('100') }, 'INVALID_INPUT', ['deposit']],
    ['a deposit that counts for less than it is', { depositWorth: yuan('9.99') }, 'INVALID_INPUT', ['depositWorth']],
    ['a deposit that counts for the price', { depositWorth: yuan('100') }, 'INVALID_INPUT', ['depositWorth']],
    ['another currency', { price: { amount: '50', currency: 'USD' } }, 'CURRENCY_MISMATCH', ['price', 'currency']],
    ['a quota of nothing', { quota: 0 }, 'INVALID_INPUT', ['quota']],
    ['a limit of nothing', { limitPerMember: 0 }, 'INVALID_INPUT', ['limitPerMember']],
    [
      'deposits that are over',
      { depositFrom: '2026-06-01T00:00:00Z', depositTo: noon },
      'INVALID_INPUT',
      ['depositTo'],
    ],
    ['balances during deposits', { balanceFrom: '2026-06-18T23:59:59Z' }, 'INVALID_INPUT', ['balanceFrom']],
    ['balances without a time', { balanceTo: presaleWindows.balanceFrom }, 'INVALID_INPUT', ['balanceTo']],
    ['goods before balances', { shipsAfter: '2026-06-19T23:59:59Z' }, 'INVALID_INPUT', ['shipsAfter']],
    ['an unknown channel', { channels: ['moon'] }, 'INVALID_INPUT', ['channels', '0']],
  ])('with %s is refused', async (_what, more, code, path) => {
    expect(await createPresale(app, more)).toEqual({ presale: null, userErrors: [{ code, path }] });
  });

  test('is for staff who run promotions', async () => {
    const { errors } = await app.ask(
      'mutation ($input: CancelPresaleInput!) { cancelPresale(input: $input) { userErrors { code } } }',
      { input: { presaleId: 'prs_1' } },
      memberViewer('mbr_1'),
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });
});

describe('ending a presale', () => {
  test('ends its deposits now, and tells nobody', async () => {
    const presaleId = await aPresale(app);
    expect(await close('endPresale', presaleId)).toEqual({
      presale: { status: 'WAITING', depositTo: noon },
      userErrors: [],
    });
    expect((await eventsOf(presaleId)).map(({ name }) => name)).toEqual(['presale.created']);
  });

  test('that is unknown, or cancelled, is refused', async () => {
    const presaleId = await aPresale(app);
    await close('cancelPresale', presaleId);
    expect(await close('endPresale', 'prs_none')).toEqual({
      presale: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['presaleId'] }],
    });
    expect(await close('endPresale', presaleId)).toEqual({
      presale: null,
      userErrors: [{ code: 'INVALID_STATE', path: ['presaleId'], state: 'CANCELLED' }],
    });
  });
});

describe('cancelling a presale', () => {
  test('tells order once, however often it is asked for', async () => {
    const presaleId = await aPresale(app);
    const answers = [await close('cancelPresale', presaleId), await close('cancelPresale', presaleId)];
    expect(answers.map(({ presale }) => presale.status)).toEqual(['CANCELLED', 'CANCELLED']);
    const payload = { presaleId, skuId: 'sku_1', quota: 10, balanceTo: '2026-06-21T00:00:00.000Z' };
    expect(await eventsOf(presaleId)).toEqual([
      { name: 'presale.created', payload, pendingFor: ['logistics'] },
      { name: 'presale.cancelled', payload: { presaleId }, pendingFor: ['order', 'logistics'] },
    ]);
  });

  test('asked for twice in the same moment tells once', async () => {
    const presaleId = await aPresale(app);
    await Promise.all([close('cancelPresale', presaleId), close('cancelPresale', presaleId)]);
    expect((await eventsOf(presaleId)).map(({ name }) => name)).toEqual(['presale.created', 'presale.cancelled']);
  });

  test('is refused when its balances are over, or it is unknown', async () => {
    const presaleId = await aPresale(app);
    app.clock.set(presaleWindows.balanceTo);
    expect(await close('cancelPresale', presaleId)).toEqual({
      presale: null,
      userErrors: [{ code: 'INVALID_STATE', path: ['presaleId'], state: 'ENDED' }],
    });
    expect((await close('cancelPresale', 'prs_none')).userErrors).toEqual([{ code: 'NOT_FOUND', path: ['presaleId'] }]);
    expect((await eventsOf(presaleId)).map(({ name }) => name)).toEqual(['presale.created']);
  });
});

describe('presales are seen', () => {
  const ids = async (viewer = guestViewer) =>
    (await app.ask('{ presales(first: 100) { nodes { id } totalCount } }', {}, viewer)).data.presales.nodes.map(
      ({ id }: { id: string }) => id,
    );
  const seen = async (id: string, viewer = guestViewer) =>
    (await app.ask('query ($id: ID!) { presale(id: $id) { id } }', { id }, viewer)).data.presale;
  const ofSku = async (id: string) =>
    (
      await app.ask(
        'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Sku { presales { id } } } }',
        { of: [{ __typename: 'Sku', id }] },
        guestViewer,
      )
    ).data._entities[0].presales;

  test('in their channel until their balances are over, without those that were cancelled', async () => {
    const here = await aPresale(app, { channels: ['web'] });
    const elsewhere = await aPresale(app, { channels: ['app'] });
    const off = await aPresale(app);
    await close('cancelPresale', off);
    const listed = await ids();
    expect([here, elsewhere, off].map((id) => listed.includes(id))).toEqual([true, false, false]);
    app.clock.set(presaleWindows.balanceTo);
    expect(await ids()).toEqual([]);
  });

  test('one by one also when they are over; those of other channels by staff alone', async () => {
    const elsewhere = await aPresale(app, { channels: ['app'] });
    app.clock.set('2026-07-18T04:00:00.000Z');
    expect(await seen(elsewhere)).toBeNull();
    expect(await seen(elsewhere, { ...guestViewer, channel: 'app' })).toEqual({ id: elsewhere });
    expect(await seen(elsewhere, staffViewer)).toEqual({ id: elsewhere });
  });

  test('at their SKU while deposits are taken or to come', async () => {
    const skuId = 'sku_of_its_own';
    const presaleId = await aPresale(app, { skuId });
    await aPresale(app, { skuId, channels: ['app'] });
    expect(await ofSku(skuId)).toEqual([{ id: presaleId }]);
    await close('endPresale', presaleId);
    expect(await ofSku(skuId)).toEqual([]);
  });

  test('by indexes alone', async () => {
    const { shownQuery, ofSkusQuery } = createPresaleStore(db.connection);
    for (const query of [
      shownQuery('web', { first: 20, after: null }, new Date(noon)),
      ofSkusQuery(['sku_1'], new Date(noon)),
    ]) {
      expect(await explainOf(query)).toMatchObject({ collectionScan: false, inMemorySort: false });
    }
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { aPromotion, yuan } from '../testing/offers.ts';
import { anOrderId, lockOf } from '../testing/orders.ts';
import {
  guestViewer,
  memberViewer,
  staffViewer,
  startPromotionApp,
  type PromotionApp,
} from '../testing/promotion-app.ts';
import { createPromotionStore } from './store/promotions.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
let app: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
});
afterAll(() => app?.subgraph.stop());
beforeEach(() => app.clock.set(noon));

async function change(mutation: 'pausePromotion' | 'resumePromotion' | 'endPromotion', promotionId: string) {
  const inputType = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { promotion { status } userErrors { code path ... on InvalidStateError { state } } } }`;
  return (await app.ask(query, { input: { promotionId } }, staffViewer)).data[mutation];
}
const statusOf = async (id: string, viewer = staffViewer) =>
  (await app.ask('query ($id: ID!) { promotion(id: $id) { status } }', { id }, viewer)).data.promotion?.status;

describe('a promotion', () => {
  test('goes from scheduled over running to ended with the time', async () => {
    const id = await aPromotion(app, { startsAt: '2026-06-18T05:00:00.000Z', endsAt: '2026-06-18T06:00:00.000Z' });
    expect(await statusOf(id)).toBe('SCHEDULED');
    app.clock.set('2026-06-18T05:00:00.000Z');
    expect(await statusOf(id)).toBe('RUNNING');
    app.clock.set('2026-06-18T06:00:00.000Z');
    expect(await statusOf(id)).toBe('ENDED');
  });

  test('is paused, resumed and ended by staff, each as often as they like', async () => {
    const id = await aPromotion(app);
    for (const [mutation, status] of [
      ['pausePromotion', 'PAUSED'],
      ['pausePromotion', 'PAUSED'],
      ['resumePromotion', 'RUNNING'],
      ['resumePromotion', 'RUNNING'],
      ['endPromotion', 'ENDED'],
      ['endPromotion', 'ENDED'],
    ] as const) {
      expect(await change(mutation, id)).toEqual({ promotion: { status }, userErrors: [] });
    }
    const over = { promotion: null, userErrors: [{ code: 'INVALID_STATE', path: ['promotionId'], state: 'ENDED' }] };
    expect(await change('pausePromotion', id)).toEqual(over);
    expect(await change('resumePromotion', id)).toEqual(over);
  });

  test.each(['pausePromotion', 'resumePromotion', 'endPromotion'] as const)(
    'is not there for %s of an unknown id',
    async (mutation) => {
      expect(await change(mutation, 'prm_unknown')).toEqual({
        promotion: null,
        userErrors: [{ code: 'NOT_FOUND', path: ['promotionId'] }],
      });
    },
  );

  test('is exhausted when its uses are used up', async () => {
    const id = await aPromotion(app, { usageLimit: 1 });
    await app.operate('lockBenefits', lockOf(anOrderId(), { promotions: [{ promotionId: id, amountMinor: 1 }] }));
    expect(await statusOf(id)).toBe('EXHAUSTED');
  });

  test('is seen by shoppers only while it runs in their channel, by query and by reference alike', async () => {
    const running = await aPromotion(app);
    const elsewhere = await aPromotion(app, { scope: { channels: ['app'] } });
    const paused = await aPromotion(app);
    await change('pausePromotion', paused);
    const seen = async (id: string, viewer: typeof guestViewer) => {
      const byReference = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Promotion { status } } }';
      const { data } = await app.ask(byReference, { r: [{ __typename: 'Promotion', id }] }, viewer);
      return [await statusOf(id, viewer), data._entities[0]?.status];
    };
    expect(await seen(running, guestViewer)).toEqual(['RUNNING', 'RUNNING']);
    for (const id of [elsewhere, paused, 'prm_unknown'])
      expect(await seen(id, guestViewer)).toEqual([undefined, undefined]);
    expect(await seen(paused, staffViewer)).toEqual(['PAUSED', 'PAUSED']);
    expect(await seen(elsewhere, { ...guestViewer, channel: 'app' })).toEqual(['RUNNING', 'RUNNING']);
  });

  test('keeps its budget from shoppers', async () => {
    const id = await aPromotion(app, { budget: yuan('100') });
    const query = 'query ($id: ID!) { promotion(id: $id) { id budget { limit { amount } } } }';
    const { data, errors } = await app.ask(query, { id }, memberViewer('mbr_1'));
    expect(data.promotion).toEqual({ id, budget: null });
    expect(errors?.map((error) => error.extensions.code)).toEqual(['FORBIDDEN']);
  });

  test('tells a neighbour what it is for, while the viewer may see it', async () => {
    const id = await aPromotion(app, { scope: { brandIds: ['brd_1'], channels: ['web'] } });
    const scope = { productIds: [], skuIds: [], categorySlugs: [], brandIds: ['brd_1'] };
    expect(await app.operate('promotionScope', { promotionId: id }, guestViewer)).toEqual({ scope });
    expect(await app.operate('promotionScope', { promotionId: id }, { ...guestViewer, channel: 'app' })).toEqual({
      scope: null,
    });
    expect(await app.operate('promotionScope', { promotionId: 'prm_unknown' }, guestViewer)).toEqual({ scope: null });
  });
});

describe('the list of promotions', () => {
  const list = async (variables: Record<string, unknown>, viewer = staffViewer) => {
    const query = `query ($filter: PromotionFilter, $first: Int!, $after: String) {
      promotions(filter: $filter, first: $first, after: $after) { totalCount nodes { id status kind } pageInfo { hasNextPage endCursor } }
    }`;
    const { data, errors } = await app.ask(query, { first: 100, ...variables }, viewer);
    return data?.promotions ?? errors;
  };

  test.each(['SCHEDULED', 'RUNNING', 'PAUSED', 'ENDED', 'EXHAUSTED'])(
    'by status %s has exactly those that say so',
    async (status) => {
      const all = await list({});
      const expected = all.nodes.filter((node: { status: string }) => node.status === status);
      const found = await list({ filter: { status } });
      expect(found.nodes).toEqual(expected);
      expect(found.totalCount).toBe(expected.length);
    },
  );

  test('is paged the newest first', async () => {
    const ids = (await list({})).nodes.map((node: { id: string }) => node.id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    const first = await list({ first: 2 });
    const second = await list({ first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map((node) => node.id)).toEqual(ids.slice(0, 4));
  });

  test.each([0, 101])('is refused in pages of %i', async (first) => {
    expect((await list({ first }))[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  test('is for staff and analysts', async () => {
    expect((await list({}, memberViewer('mbr_1')))[0].extensions.code).toBe('FORBIDDEN');
    expect(
      (await list({}, { ...staffViewer, kind: 'ANALYST', scopes: ['analytics:read'] })).totalCount,
    ).toBeGreaterThan(0);
  });

  test('and the running ones are found by index', async () => {
    const promotions = createPromotionStore(db.connection);
    const at = new Date(noon);
    const page = { first: 20, after: null };
    const running = await explainOf(promotions.runningQuery(at));
    expect(running).toMatchObject({ collectionScan: false, indexUsed: 'endedAt_1_pausedAt_1_endsAt_1_startsAt_1' });
    for (const status of ['RUNNING', null] as const) {
      const plan = await explainOf(promotions.listQuery({ status, kinds: null }, page, at));
      expect(plan).toMatchObject({ collectionScan: false, inMemorySort: false });
    }
  });
});

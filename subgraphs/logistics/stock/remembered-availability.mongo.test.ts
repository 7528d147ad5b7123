import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { viewers } from '../fixtures/viewers.ts';

const world = logisticsWorld(testDatabase());
const of = [{ __typename: 'Sku', id: 'sku_lamp' }];
const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Sku { availability { sellable } } } }`;
const promise = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on Sku { deliveryPromise(region: "上海市") { earliest } } } }`;

/** What there is, as the subgraph gives it and not a copy. */
const look = (viewer: Viewer = viewers.guest, asked = query): Promise<object> => world.graph(asked, { of }, viewer);
const remembered = (viewer: Viewer) =>
  eventually(async () => {
    const seen = await look(viewer);
    return seen === (await look(viewer)) && seen;
  });
const there = (sellable: number) => ({ _entities: [{ availability: { sellable } }] });

beforeAll(async () => {
  await world.subgraph().start();
  await world.receive('SH-C1', { lamp: 5 });
});

test.each(['guest', 'member'] as const)(
  'what can be sold is the very same for a %s until some of it is',
  async (who) => {
    const seen = await remembered(viewers[who]);
    expect(await look(viewers[who])).toBe(seen);
    await world.receive('SH-C1', { lamp: 1 });
    const received = await look(viewers[who]);
    expect(received).toEqual(there(who === 'guest' ? 6 : 7));
  },
);

test('what can be sold is the same for all members of a tier', async () => {
  const seen = await remembered(viewers.member);
  expect(await look(viewers.otherMember)).toBe(seen);
});

test('when it comes is worked out each time, because the clock has a say in it', async () => {
  for (let count = 0; count < 4; count += 1) {
    expect(Object.isFrozen(await look(viewers.guest, promise))).toBe(false);
  }
});

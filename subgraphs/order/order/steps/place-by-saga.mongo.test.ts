import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { shopIn } from '../../testing/documents.ts';
import { unreachable, type Neighbourhood } from '../../testing/neighbourhood.ts';
import { address, member, onSale, orderWorld } from '../../testing/order-world.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';

const world = orderWorld();
const { neighbours, db } = world;
const shop = shopIn(world);
const document =
  'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id status } userErrors { code } } }';

/** A shopper whose order needs stock, a coupon and points. */
function richShopper(): { viewer: Viewer; input: Record<string, unknown>; untouched: () => void } {
  const viewer = member(newId('member'));
  const memberId = viewer.id ?? '';
  const skuId = onSale(neighbours, { units: 10 });
  const couponId = newId('coupon');
  neighbours.coupons.set(couponId, { memberId, amountMinor: 100 });
  neighbours.points.set(memberId, 50);
  const input = {
    lines: [{ skuId, quantity: 2 }],
    address,
    couponIds: [couponId],
    pointsToSpend: 50,
    idempotencyKey: newId('request'),
  };
  const untouched = () => {
    expect(neighbours.stock.get(skuId)).toBe(10);
    expect(neighbours.points.get(memberId)).toBe(50);
  };
  return { viewer, input, untouched };
}

const stored = async (viewer: Viewer) =>
  db.connection.collection<{ _id: string; status: string }>('orders').find({ memberId: viewer.id }).toArray();
const steps = ['logistics.reserveStock', 'promotion.lockBenefits', 'member.holdPoints'] as const;
const targetOf = (operation: string) => operation.split('.')[0] as 'logistics' | 'promotion' | 'member';

/** The same neighbours seen by a process that dies at `operation`: from then on it hears and says nothing. */
function dyingView(of: Neighbourhood, operation: string, moment: 'before' | 'after'): Neighbourhood {
  let dead = false;
  const die = () => {
    dead = true;
    throw new Error('the process has died');
  };
  return {
    ...of,
    transport: {
      async call(target, path, body, call) {
        const here = `/internal/${operation.split('.')[1]}` === path && target === targetOf(operation);
        if (dead) throw new Error('the process has died');
        if (here && moment === 'before') die();
        const answer = await of.transport.call(target, path, body, call);
        if (here) die();
        if (dead) throw new Error('the process has died');
        return answer;
      },
      close: async () => undefined,
    },
  };
}

describe('a step that refuses', () => {
  test('leaves nothing held, and tells its reason', async () => {
    const { viewer, input, untouched } = richShopper();
    // The quote believes in points that are gone when they are to be held.
    neighbours.faults.before.set('member.holdPoints', () => void neighbours.points.set(viewer.id ?? '', 49));
    const { order, userErrors } = await shop.place(viewer, input);
    neighbours.faults.before.clear();
    neighbours.points.set(viewer.id ?? '', 50);
    expect(order).toBeNull();
    expect(userErrors).toMatchObject([
      { __typename: 'InsufficientPointsError', code: 'INSUFFICIENT_POINTS', requested: 50, available: 49 },
    ]);
    untouched();
    const [draft] = await stored(viewer);
    expect(draft).toMatchObject({
      status: 'ABANDONED',
      placing: { decision: 'UNDO', steps: [{ state: 'UNDONE' }, { state: 'UNDONE' }, { state: 'UNDONE' }] },
    });
    expect(await world.eventsOf(draft?._id ?? '')).toEqual([]);
  });
});

describe.each(steps)('when the answer of %s is lost', (operation) => {
  test('everything is given back, also what may have been held, and the same key places the order', async () => {
    const { viewer, input, untouched } = richShopper();
    neighbours.faults.after.set(operation, unreachable(targetOf(operation)));
    expect(await world.errorsOf(viewer, document, { input })).toEqual(['BUSY']);
    neighbours.faults.after.clear();
    untouched();
    expect((await shop.place(viewer, input)).order.status).toBe('PENDING_PAYMENT');
    expect((await stored(viewer)).map(({ status }) => status).toSorted()).toEqual(['ABANDONED', 'PENDING_PAYMENT']);
  });
});

describe.each(
  steps.flatMap(
    (operation) =>
      [
        [operation, 'before'],
        [operation, 'after'],
      ] as const,
  ),
)('a process that dies at %s, %s its effect', (operation, moment) => {
  test('leaves a draft that nobody sees, and the job undoes it within 20 s', async () => {
    const { viewer, input, untouched } = richShopper();
    const dying = await world.restart({ neighbours: dyingView(neighbours, operation, moment) });
    const { errors } = await dying.execute({ query: document, variables: { input } }, { viewer, requestId: 'req_1' });
    expect(errors?.[0]?.extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
    expect((await stored(viewer)).map(({ status }) => status)).toEqual(['PLACING']);
    expect(
      (
        await world.ask(
          viewer,
          `{ _entities(representations: [{ __typename: "Member", id: "${viewer.id}" }]) { ... on Member { orders { totalCount } } } }`,
        )
      )._entities,
    ).toEqual([{ orders: { totalCount: 0 } }]);

    world.clock.advance(20_000);
    await world.subgraph.runJob('undo-abandoned-placings');
    untouched();
    expect((await stored(viewer)).map(({ status }) => status)).toEqual(['ABANDONED']);
    // The shopper asks again with the same key and gets one order.
    const { order } = await shop.place(viewer, input);
    expect(order.status).toBe('PENDING_PAYMENT');
  });
});

describe('the answer to who places an order', () => {
  test('is recorded with the order, for each of those that are confirmed together', async () => {
    const shoppers = Array.from({ length: 6 }, richShopper);
    const placed = await Promise.all(shoppers.map(({ viewer, input }) => shop.place(viewer, input)));
    const again = await Promise.all(shoppers.map(({ viewer, input }) => shop.place(viewer, input)));
    expect(again.map(({ order }) => order.id)).toEqual(placed.map(({ order }) => order.id));
    const rows = await db.connection.collection('idempotency').find({ result: /ord_/ }).toArray();
    for (const { order } of placed) {
      const its = rows.filter(({ result }) => result === JSON.stringify({ ok: true, value: order.id }));
      expect(its.map(({ state, holder }) => [state, holder])).toEqual([['done', undefined]]);
    }
  });
});

describe('a caller who gives up waiting while everything is held', () => {
  test('finds the order placed, once, when it asks again', async () => {
    const { viewer, input } = richShopper();
    const patience = new AbortController();
    const impatient: Neighbourhood = {
      ...neighbours,
      transport: {
        ...neighbours.transport,
        async call(target, path, body, call) {
          if (path === '/internal/holdPoints') patience.abort();
          // As every transport: what nobody waits for isn't asked.
          if (call.signal?.aborted === true) throw new NeighbourError('TIMEOUT', target, 'the caller gave up');
          return neighbours.transport.call(target, path, body, call);
        },
      },
    };
    const process = await world.restart({ neighbours: impatient });
    await process.execute(
      { query: document, variables: { input } },
      { viewer, requestId: 'req_1', signal: patience.signal },
    );
    expect(patience.signal.aborted).toBe(true);
    expect((await stored(viewer)).map(({ status }) => status)).toEqual(['PENDING_PAYMENT']);
    const { order } = await shop.place(viewer, input);
    expect((await stored(viewer)).map(({ _id }) => _id)).toEqual([order.id]);
  });
});

describe('a retry that comes before the job', () => {
  test('goes on undoing when undoing had begun, and then places anew', async () => {
    const { viewer, input } = richShopper();
    neighbours.faults.after.set('logistics.reserveStock', unreachable('logistics'));
    neighbours.faults.before.set('logistics.releaseStock', unreachable('logistics'));
    expect(await world.errorsOf(viewer, document, { input })).toEqual(['BUSY']);
    expect(await stored(viewer)).toMatchObject([{ status: 'PLACING', placing: { decision: 'UNDO' } }]);
    neighbours.faults.after.clear();
    neighbours.faults.before.clear();
    const { order } = await shop.place(viewer, input);
    expect(order.status).toBe('PENDING_PAYMENT');
    expect(order.id).not.toBe((await stored(viewer)).find(({ status }) => status === 'ABANDONED')?._id);
  });
});

describe('a slow process', () => {
  test('that comes back after the job has undone its placing can’t confirm it', async () => {
    const { viewer, input, untouched } = richShopper();
    const slow: Neighbourhood = { ...neighbours, transport: { ...neighbours.transport } };
    slow.transport.call = async (target, path, body, call) => {
      const answer = await neighbours.transport.call(target, path, body, call);
      if (path === '/internal/holdPoints') {
        world.clock.advance(20_000);
        await world.subgraph.runJob('undo-abandoned-placings');
      }
      return answer;
    };
    const process = await world.restart({ neighbours: slow });
    const { errors } = await process.execute({ query: document, variables: { input } }, { viewer, requestId: 'req_1' });
    expect(errors?.[0]?.extensions?.['code']).toBe('BUSY');
    expect((await stored(viewer)).map(({ status }) => status)).toEqual(['ABANDONED']);
    untouched();
  });
});

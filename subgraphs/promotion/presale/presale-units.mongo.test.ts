import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { benefitWorld } from '../testing/benefit-world.ts';
import { anOrderId, cancelled, lockOf, paid, refunded } from '../testing/orders.ts';
import { aPresale, presaleWindows } from '../testing/presales.ts';
import { staffViewer } from '../testing/promotion-app.ts';

const db = testDatabase();
const { either, setClock, rowOf, lock, release, runJob } = benefitWorld(db);

/** The order's wish for units of a presale; its lock outlives the balances. */
const wish = (presaleId: string, quantity = 1, more: Record<string, unknown> = {}) =>
  lockOf(anOrderId(), { presale: { presaleId, quantity }, expiresAt: '2026-06-21T00:15:00.000Z', ...more });
const remainingOf = async (presaleId: string) =>
  (await db.connection.collection<{ _id: string; remaining: number }>('presales').findOne({ _id: presaleId }))
    ?.remaining;
const unitsOf = async (presaleId: string, memberId = 'mbr_1') =>
  (
    await db.connection
      .collection<{ _id: string; units: number }>('presaleMemberUnits')
      .findOne({ _id: `${presaleId}:${memberId}` })
  )?.units;
const codesOf = (answer: { ok: boolean; refusals?: { code: string }[] }) =>
  answer.ok ? ['OK'] : (answer.refusals ?? []).map(({ code }) => code);
const held = { ok: true, value: { couponIds: [] } };
const findings = async () =>
  (await either().operate('verify', {}, systemViewer('verify'))).discrepancies.filter(
    ({ invariant }: { invariant: string }) => invariant.startsWith('presales'),
  );

describe('an order takes units of a presale', () => {
  test('once, however often it asks', async () => {
    const presaleId = await aPresale(either(), { limitPerMember: 2 });
    const request = wish(presaleId, 2);
    const answers = await Promise.all(Array.from({ length: 20 }, () => lock(request)));
    for (const answer of answers) expect(answer).toEqual(held);
    expect([await remainingOf(presaleId), await unitsOf(presaleId)]).toEqual([8, 2]);
  });

  test('no more than the quota: 40 members at once get exactly 10 of 10, on two processes', async () => {
    const presaleId = await aPresale(either());
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => lock(wish(presaleId, 1, { memberId: `mbr_${index}` }))),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
    for (const answer of answers) {
      if (answer.ok) continue;
      expect(answer.refusals).toEqual([
        { type: 'PresaleSoldOutError', code: 'PRESALE_SOLD_OUT', path: ['quantity'], remaining: 0 },
      ]);
    }
    expect(await remainingOf(presaleId)).toBe(0);
  });

  test('no more than one member may: 10 orders of one member at once get 3', async () => {
    const presaleId = await aPresale(either(), { limitPerMember: 3 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => lock(wish(presaleId))));
    expect(answers.flatMap(codesOf).toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'OK'),
      ...Array.from({ length: 7 }, () => 'PRESALE_LIMIT_REACHED'),
    ]);
    expect([await remainingOf(presaleId), await unitsOf(presaleId)]).toEqual([7, 3]);
  });

  test.each([
    ['before deposits begin', '2026-06-17T23:59:59.999Z'],
    ['when deposits are over', presaleWindows.depositTo],
  ])('not %s', async (_when, moment) => {
    const presaleId = await aPresale(either());
    setClock(moment);
    const { depositFrom, depositTo } = presaleWindows;
    expect(await lock(wish(presaleId))).toEqual({
      ok: false,
      refusals: [
        { type: 'PresaleNotOpenError', code: 'PRESALE_NOT_OPEN', path: ['presaleId'], depositFrom, depositTo },
      ],
    });
  });

  test('not of an unknown presale', async () => {
    expect(codesOf(await lock(wish('prs_none')))).toEqual(['NOT_FOUND']);
  });

  test('before a presale is cancelled, or not at all: 30 orders and a cancellation at once', async () => {
    const presaleId = await aPresale(either(), { quota: 30 });
    const cancel = either().ask(
      'mutation ($input: CancelPresaleInput!) { cancelPresale(input: $input) { presale { status } } }',
      { input: { presaleId } },
      staffViewer,
    );
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => lock(wish(presaleId, 1, { memberId: `mbr_${index}` }))),
    );
    await cancel;
    const taken = answers.filter(({ ok }) => ok).length;
    expect(await remainingOf(presaleId)).toBe(30 - taken);
    expect(answers.filter(({ ok }) => !ok).flatMap(codesOf)).toEqual(
      Array.from({ length: 30 - taken }, () => 'INVALID_STATE'),
    );
    expect(codesOf(await lock(wish(presaleId)))).toEqual(['INVALID_STATE']);
  });
});

describe('units of a presale come back', () => {
  test.each([
    ['is undone while it is placed', (orderId: string) => release(orderId)],
    ['is cancelled or closed unpaid', (orderId: string) => cancelled(either(), orderId, false)],
  ])('when the order %s, once', async (_what, end) => {
    const presaleId = await aPresale(either(), { limitPerMember: 2 });
    const request = wish(presaleId, 2);
    await lock(request);
    await end(request.orderId);
    await end(request.orderId);
    expect([await remainingOf(presaleId), await unitsOf(presaleId)]).toEqual([10, 0]);
    expect(codesOf(await lock(request))).toEqual(['INVALID_STATE']);
  });

  test('when the paid order is wholly refunded, and stay out until then', async () => {
    const presaleId = await aPresale(either());
    const request = wish(presaleId, 2);
    await lock(request);
    setClock('2026-06-20T04:00:00.000Z');
    await paid(either(), request.orderId);
    expect((await rowOf('benefitLocks', request.orderId)) as unknown).toMatchObject({ state: 'USED' });
    expect(await remainingOf(presaleId)).toBe(8);
    await refunded(either(), request.orderId, true);
    expect([await remainingOf(presaleId), await unitsOf(presaleId)]).toEqual([10, 0]);
  });

  test('not by the job that gives back what was left behind, while the balance may still be paid', async () => {
    const presaleId = await aPresale(either());
    await lock(wish(presaleId));
    setClock('2026-06-21T00:24:00.000Z');
    await runJob('release-overdue-benefits');
    expect(await remainingOf(presaleId)).toBe(9);
    setClock('2026-06-21T00:26:00.000Z');
    await runJob('release-overdue-benefits');
    expect(await remainingOf(presaleId)).toBe(10);
  });

  test('and a later attempt of their order may have them again after deposits are over', async () => {
    const presaleId = await aPresale(either());
    const request = wish(presaleId);
    await lock(request);
    await cancelled(either(), request.orderId, false);
    setClock('2026-06-21T00:00:01.000Z');
    expect(await lock(Object.assign(request, { attempt: 2 }))).toEqual(held);
    expect(await remainingOf(presaleId)).toBe(9);
  });
});

describe('the books of presales', () => {
  test('agree, and tell a quota that somebody changed', async () => {
    const presaleId = await aPresale(either());
    await lock(wish(presaleId, 3));
    expect(await findings()).toEqual([]);
    await db.connection
      .collection<{ _id: string }>('presales')
      .updateOne({ _id: presaleId }, { $inc: { remaining: 1 } });
    await db.connection
      .collection<{ _id: string }>('presaleMemberUnits')
      .updateOne({ _id: `${presaleId}:mbr_1` }, { $inc: { units: -1 } });
    expect(await findings()).toEqual([
      { invariant: 'presales: remaining + units of orders = quota', subject: presaleId, expected: '10', found: '11' },
      {
        invariant: 'presales: units of a member = their orders',
        subject: `${presaleId}:mbr_1`,
        expected: '3',
        found: '2',
      },
    ]);
  });
});

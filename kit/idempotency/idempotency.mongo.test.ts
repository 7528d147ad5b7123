import { describe, expect, test } from '@jest/globals';
import { createIdempotency, type OnceRequest } from '#kit/idempotency/idempotency.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { ownTimeOf } from '#kit/testing/own-time.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
let subjects = 0;
const request = (key: string, more: Partial<OnceRequest> = {}): OnceRequest => ({
  caller: 'mbr_1',
  operation: 'placeOrder',
  key,
  input: { cartId: 'crt_1', lines: [1, 2] },
  subjectId: () => `ord_${(subjects += 1)}`,
  ...more,
});
const collection = () => db.connection.collection('idempotency');

/** Stands for a process that claimed the row and died: the row stays as it was written, nobody renews it. */
async function crashHolder(subjectId: string, leaseLeftMs: number): Promise<void> {
  await collection().updateOne(
    { subjectId },
    {
      $set: { state: 'running', holder: 'dead', leaseUntil: new Date(Date.now() + leaseLeftMs) },
      $unset: { result: 1 },
    },
  );
}

describe('doing something once', () => {
  test('thirty twins at once: the work runs once and all get its answer', async () => {
    const idempotency = createIdempotency(db.connection);
    let runs = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () =>
        idempotency.runOnce(request('twins'), async (subjectId) => ({ subjectId, run: (runs += 1) })),
      ),
    );
    expect(runs).toBe(1);
    const answers = new Set(outcomes.map((outcome) => JSON.stringify('result' in outcome && outcome.result)));
    expect(answers.size).toBe(1);
    expect(outcomes.filter((outcome) => 'replayed' in outcome && !outcome.replayed)).toHaveLength(1);
  });

  test('replays the very answer after a restart, also null and dates as JSON gives them', async () => {
    const first = await createIdempotency(db.connection).runOnce(request('restart'), async () => ({
      at: new Date(0),
      a: null,
    }));
    const again = await createIdempotency(db.connection).runOnce(request('restart'), async () => 'never');
    const result = { at: '1970-01-01T00:00:00.000Z', a: null };
    expect([first, again]).toEqual([
      { replayed: false, result },
      { replayed: true, result },
    ]);
    const nothing = await createIdempotency(db.connection).runOnce(request('nothing'), async () => undefined);
    expect(nothing).toEqual({ replayed: false, result: null });
  });

  test('refuses the same key with another input, while the first runs and afterwards', async () => {
    const idempotency = createIdempotency(db.connection);
    const working = Promise.withResolvers<void>();
    const mayFinish = Promise.withResolvers<void>();
    const first = idempotency.runOnce(request('other'), async () => {
      working.resolve();
      await mayFinish.promise;
    });
    await working.promise;
    const other = request('other', { input: { cartId: 'crt_2' } });
    expect(await idempotency.runOnce(other, async () => 'never')).toEqual({ conflict: true });
    mayFinish.resolve();
    await first;
    expect(await idempotency.runOnce(other, async () => 'never')).toEqual({ conflict: true });
  });

  test('takes the same input in another order of keys for the same', async () => {
    const idempotency = createIdempotency(db.connection);
    await idempotency.runOnce(request('order', { input: { a: 1, b: 2 } }), async () => 'first');
    const again = await idempotency.runOnce(request('order', { input: { b: 2, a: 1 } }), async () => 'second');
    expect(again).toEqual({ replayed: true, result: 'first' });
  });

  test('keeps callers and operations apart', async () => {
    const idempotency = createIdempotency(db.connection);
    const run = (more: Partial<OnceRequest>) =>
      idempotency.runOnce(request('apart', more), async (subjectId) => subjectId);
    await run({});
    expect(await run({ caller: 'mbr_2' })).toMatchObject({ replayed: false });
    expect(await run({ operation: 'payOrder' })).toMatchObject({ replayed: false });
    expect(await run({ caller: 'mbr_1|placeOrder', operation: '' })).toMatchObject({ replayed: false });
  });

  test('takes over from a crashed process after its lease, with the same subject', async () => {
    const idempotency = createIdempotency(db.connection);
    const first = await idempotency.runOnce(request('crash'), async (subjectId) => subjectId);
    const subjectId = 'result' in first ? first.result : '';
    await crashHolder(subjectId, 300);
    let early = 0;
    const begun = performance.now();
    const retry = await idempotency.runOnce(request('crash'), async (subject) => {
      early = performance.now() - begun;
      return `again ${subject}`;
    });
    expect(retry).toEqual({ replayed: false, result: `again ${subjectId}` });
    expect(early).toBeGreaterThan(200);
  });

  test('is busy when the first is not done in time', async () => {
    const idempotency = createIdempotency(db.connection, { waitMs: 200 });
    const first = await idempotency.runOnce(request('slow'), async (subjectId) => subjectId);
    await crashHolder('result' in first ? first.result : '', 60_000);
    await expect(idempotency.runOnce(request('slow'), async () => 'never')).rejects.toMatchObject({
      extensions: { code: 'BUSY' },
    });
  });

  test('work that outlasts its lease keeps it by renewing: no twin starts', async () => {
    const idempotency = createIdempotency(db.connection, { leaseMs: 1_000 });
    let runs = 0;
    const work = async () => {
      runs += 1;
      const until = performance.now() + 2_500;
      await eventually(() => performance.now() > until);
      return runs;
    };
    const outcomes = await Promise.all([1, 2, 3].map(() => idempotency.runOnce(request('long'), work)));
    expect(outcomes.map((outcome) => 'result' in outcome && outcome.result)).toEqual([1, 1, 1]);
  });

  test('a failure comes out unchanged, and the retry starts at once with the same subject', async () => {
    const idempotency = createIdempotency(db.connection);
    const failure = new Error('payment gate shut');
    const seen: string[] = [];
    const attempt = idempotency.runOnce(request('fails'), async (subjectId) => {
      seen.push(subjectId);
      throw failure;
    });
    await expect(attempt).rejects.toBe(failure);
    const retry = () => idempotency.runOnce(request('fails'), async (subjectId) => void seen.push(subjectId));
    // Far below the lease that a crashed holder would leave behind.
    expect((await ownTimeOf(retry)).ms).toBeLessThan(3_000);
    expect(seen[0]).toBe(seen[1]);
  });

  test('a process that was taken over answers what its successor did', async () => {
    const idempotency = createIdempotency(db.connection);
    const late = await idempotency.runOnce(request('late'), async (subjectId) => {
      await collection().updateOne({ subjectId }, { $set: { state: 'done', result: '"by the successor"' } });
      await collection().updateOne({ subjectId }, { $unset: { holder: 1 } });
      return 'too late';
    });
    expect(late).toEqual({ replayed: true, result: 'by the successor' });
  });

  test('a key is kept for eight days from its first use, and MongoDB removes it then', async () => {
    await createIdempotency(db.connection).runOnce(request('kept'), async () => 'done');
    await ensureIndexes(db.connection);
    const days = (await collection().indexes()).flatMap(({ key, expireAfterSeconds = 0 }) =>
      'createdAt' in key ? [expireAfterSeconds / 86_400] : [],
    );
    expect(days).toEqual([8]);
    const rows = await collection().find().toArray();
    expect(rows.filter(({ createdAt }) => !(createdAt instanceof Date))).toEqual([]);
  });

  test('a key has 1 to 200 characters', async () => {
    const idempotency = createIdempotency(db.connection);
    for (const key of ['', 'x'.repeat(201)]) {
      await expect(idempotency.runOnce(request(key), async () => 'never')).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
    expect(await idempotency.runOnce(request('键'.repeat(200)), async () => 1)).toEqual({ replayed: false, result: 1 });
  });
});

describe('an answer that is written with its effect', () => {
  const effects = () => db.connection.collection<{ _id: string }>('effects');
  const rowOf = (subjectId: string) => collection().findOne({ subjectId });

  test('is there once the effect is, and is the one that is replayed', async () => {
    const idempotency = createIdempotency(db.connection);
    const first = await idempotency.runOnce(request('with'), async (subjectId, _isFirst, { place, committed }) => {
      const isOurs = await inTransaction(db.connection, async (session) => {
        await effects().insertOne({ _id: subjectId }, { session });
        return idempotency.recordAnswers(session, [{ place, result: { made: subjectId } }]);
      });
      expect(isOurs).toBe(true);
      expect(await rowOf(subjectId)).toMatchObject({ state: 'done', result: JSON.stringify({ made: subjectId }) });
      committed();
      return { made: subjectId };
    });
    if (first.conflict) throw new Error('a conflict');
    expect(await effects().findOne({ _id: first.result.made })).not.toBeNull();
    const again = await createIdempotency(db.connection).runOnce(request('with'), async () => ({ made: 'never' }));
    expect([first.replayed, again]).toEqual([false, { replayed: true, result: first.result }]);
  });

  test('is not there when the effect is undone: who asks again works on the same subject', async () => {
    const idempotency = createIdempotency(db.connection);
    const tried: [string, boolean][] = [];
    const undone = idempotency.runOnce(request('undone'), async (subjectId, isFirst, { place }) => {
      tried.push([subjectId, isFirst]);
      return inTransaction(db.connection, async (session) => {
        await idempotency.recordAnswers(session, [{ place, result: 'made' }]);
        throw new Error('the effect came to nothing');
      });
    });
    await expect(undone).rejects.toThrow('the effect came to nothing');
    expect(await rowOf(tried[0]?.[0] ?? '')).toMatchObject({ state: 'running' });
    const next = await idempotency.runOnce(request('undone'), async (subjectId, isFirst) => {
      tried.push([subjectId, isFirst]);
      return 'made at last';
    });
    expect(next).toEqual({ replayed: false, result: 'made at last' });
    expect(tried).toEqual([
      [tried[0]?.[0], true],
      [tried[0]?.[0], false],
    ]);
  });

  test('is found by who can’t tell whether its transaction was committed', async () => {
    const idempotency = createIdempotency(db.connection);
    const outcome = await idempotency.runOnce(request('unsure'), async (_subjectId, _isFirst, { place }) => {
      await inTransaction(db.connection, (session) => idempotency.recordAnswers(session, [{ place, result: 'made' }]));
      return 'made';
    });
    expect(outcome).toEqual({ replayed: true, result: 'made' });
  });

  test('is not written over the work of whoever has taken over, and says so', async () => {
    const idempotency = createIdempotency(db.connection);
    let wasOurs: boolean | undefined;
    const outcome = await idempotency.runOnce(request('taken'), async (subjectId, _isFirst, { place }) => {
      const other = { state: 'done', result: JSON.stringify('the other’s') };
      await collection().updateOne({ subjectId }, { $set: other, $unset: { holder: 1, leaseUntil: 1 } });
      wasOurs = await inTransaction(db.connection, (session) =>
        idempotency.recordAnswers(session, [{ place, result: 'ours' }]),
      );
      return 'ours';
    });
    expect([wasOurs, outcome]).toEqual([false, { replayed: true, result: 'the other’s' }]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { acquire, LeaseTakenError, withLease } from '#kit/lease/lease.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const long = { ttlMs: 60_000 };

describe('a lease', () => {
  test('is given to exactly one of thirty that ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 30 }, () => acquire(db.connection, 'one', long)));
    expect(asked.filter((lease) => lease !== null)).toHaveLength(1);
  });

  test('is free again at once when released, with a larger fence', async () => {
    const first = await acquire(db.connection, 'again', long);
    await first?.release();
    const second = await acquire(db.connection, 'again', long);
    expect([first?.fence, second?.fence]).toEqual([1, 2]);
  });

  test('passes on when its holder falls silent, and the late holder can neither renew nor release it', async () => {
    const silent = await acquire(db.connection, 'silent', { ttlMs: 50, holder: 'same name' });
    const next = await eventually(async () => {
      const lease = await acquire(db.connection, 'silent', { ...long, holder: 'same name' });
      if (lease === null) throw new Error('the silent holder still has it');
      return lease;
    });
    expect(next.fence).toBe(2);
    expect(await silent?.renew()).toBe(false);
    await silent?.release();
    expect(await acquire(db.connection, 'silent', long)).toBeNull();
    expect(await next.renew()).toBe(true);
  });

  test('lasts as long as the work renews it', async () => {
    let others = 0;
    await withLease(db.connection, 'busy', { ttlMs: 90 }, async () => {
      const until = performance.now() + 400;
      while (performance.now() < until) {
        if ((await acquire(db.connection, 'busy', { ttlMs: 90 })) !== null) others += 1;
      }
    });
    expect(others).toBe(0);
  });

  test('is given back when the work throws', async () => {
    const failing = withLease(db.connection, 'thrown', long, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await acquire(db.connection, 'thrown', long)).not.toBeNull();
  });

  test('is refused by name when the holder does not give it back in time', async () => {
    await acquire(db.connection, 'held', long);
    await expect(withLease(db.connection, 'held', { ...long, waitMs: 60 }, async () => 1)).rejects.toThrow(
      LeaseTakenError,
    );
  });

  test('tells the work when it is lost', async () => {
    const lost = await withLease(db.connection, 'stolen', { ttlMs: 150 }, async (_lease, signal) => {
      await db.connection.collection('leases').updateOne({ _id: 'stolen' as never }, { $set: { holder: 'thief' } });
      await eventually(() => signal.aborted);
      return String(signal.reason);
    });
    expect(lost).toBe('Error: The lease "stolen" was lost.');
  });
});

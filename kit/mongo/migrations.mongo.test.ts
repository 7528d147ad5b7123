import { describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { acquire } from '#kit/lease/lease.ts';
import { defineCollection } from '#kit/mongo/connect.ts';
import { migrate } from '#kit/mongo/migrations.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const surroundings = { clock: testClock('2026-11-22T08:00:00Z'), log: { info: () => undefined } };
const step = (id: string, ran: string[]) => ({
  id,
  up: async () => {
    ran.push(id);
  },
});

describe('migrating', () => {
  test('runs each migration once, in order, and the new ones of a later version only', async () => {
    const ran: string[] = [];
    expect(await migrate(db.connection, [step('1', ran), step('2', ran)], surroundings)).toEqual(['1', '2']);
    expect(await migrate(db.connection, [step('1', ran), step('2', ran), step('3', ran)], surroundings)).toEqual(['3']);
    expect(ran).toEqual(['1', '2', '3']);
  });

  test('runs once when five replicas start together', async () => {
    const ran: string[] = [];
    const results = await Promise.all(
      Array.from({ length: 5 }, () => migrate(db.connection, [step('together', ran)], surroundings)),
    );
    expect(ran).toEqual(['together']);
    expect(results.flat()).toEqual(['together']);
  });

  test('stops at a failing migration, remembers the earlier ones and goes on from there', async () => {
    const ran: string[] = [];
    const failing = { id: 'f2', up: () => Promise.reject(new Error('disk full')) };
    await expect(migrate(db.connection, [step('f1', ran), failing, step('f3', ran)], surroundings)).rejects.toThrow(
      'disk full',
    );
    expect(await migrate(db.connection, [step('f1', ran), step('f2', ran), step('f3', ran)], surroundings)).toEqual([
      'f2',
      'f3',
    ]);
    expect(ran).toEqual(['f1', 'f2', 'f3']);
  });

  test('clears the way before unique indexes are built', async () => {
    const rows = defineCollection<{ _id: string; code: string }>(db.connection, 'codes', [
      { key: { code: 1 }, unique: true },
    ]);
    await rows().insertMany([
      { _id: 'a', code: 'x' },
      { _id: 'b', code: 'x' },
    ]);
    const clear = { id: 'clear', up: async () => void (await rows().deleteOne({ _id: 'b' })) };
    await migrate(db.connection, [clear], surroundings);
    expect((await rows().indexes()).map((index) => index.name)).toEqual(['_id_', 'code_1']);
  });

  test('gives up with a clear error when another replica stays at it too long', async () => {
    const other = await acquire(db.connection, 'migrations', { ttlMs: 60_000 });
    await expect(migrate(db.connection, [], { ...surroundings, waitMs: 50 })).rejects.toThrow(
      'The lease "migrations" is held by another process.',
    );
    await other?.release();
  });
});

import { afterEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { connectMongo } from '#kit/mongo/connect.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import type { Clock } from '#kit/clock/clock.ts';
import { createDatabaseClock } from './database-clock.ts';

const db = testDatabase();
const open: Connection[] = [];
const tenMinutes = 600_000;

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});

/** A machine whose clock differs by so many milliseconds from that of the database beside it. */
const machineOff = (ms: number): Clock & { off: number } => ({
  off: ms,
  now() {
    return new Date(Date.now() + this.off);
  },
});
const connected = async () => {
  const connection = await connectMongo({ uri: db.uri, database: db.name, appName: 'test-clock' });
  open.push(connection);
  return connection;
};
/** How far a clock is from the database's time, milliseconds. */
const offBy = (clock: Clock) => Math.abs(clock.now().getTime() - Date.now());

describe('a clock that follows a database', () => {
  test.each([tenMinutes, -tenMinutes])('is right on a machine that is %i ms off', async (ms) => {
    const clock = createDatabaseClock(machineOff(ms));
    expect(offBy(clock)).toBeGreaterThan(tenMinutes - 1_000);
    await clock.follow(await connected());
    expect(offBy(clock)).toBeLessThan(1_000);
  });

  test('is the machine’s where both agree, to the millisecond', async () => {
    const machine = { now: () => new Date(Math.floor(Date.now() / 1_000) * 1_000 + 7) };
    const clock = createDatabaseClock(machine);
    await clock.follow(await connected());
    expect(clock.now().getTime() % 1_000).toBe(7);
  });

  test('takes no notice when the machine’s clock jumps, and when it is put right', async () => {
    const machine = machineOff(0);
    const clock = createDatabaseClock(machine);
    await clock.follow(await connected());
    for (const off of [tenMinutes, -tenMinutes, 0]) {
      machine.off = off;
      expect(offBy(clock)).toBeLessThan(1_000);
    }
  });

  test('hears the time again with the heartbeats of the database', async () => {
    let processMs = 0;
    const clock = createDatabaseClock(machineOff(tenMinutes), () => processMs);
    await clock.follow(await connected());
    // What the process measures stood still for an hour, as on a machine that slept.
    processMs -= 3_600_000;
    expect(offBy(clock)).toBeGreaterThan(3_000_000);
    await eventually(() => expect(offBy(clock)).toBeLessThan(5_000));
  });
});

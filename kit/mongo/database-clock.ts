import type { Connection, mongo } from 'mongoose';
import { systemClock, type Clock } from '#kit/clock/clock.ts';

/** A clock that knows what time it is in a database, too. */
export interface DatabaseClock extends Clock {
  /** Asks the database for its time now, and hears it again with each heartbeat of its primary, about once a second. */
  follow(connection: Connection): Promise<void>;
}

/** By how much a machine may differ from the database before it isn't believed, milliseconds: more than an answer of a busy server is late, less than any timer would notice. */
const toleranceMs = 2_000;
/** Heartbeats of which the one that came quickest counts. */
const looks = 8;

/**
 * The machine's clock as long as it agrees with the database's, else the database's. All processes of a subgraph share a database, so they agree on when an order's time to pay is over
 * and on which signature is fresh, also when the clock of one of them is wrong, jumps, or is put right.
 */
export function createDatabaseClock(
  machine: Clock = systemClock,
  monotonicMs = () => performance.now(),
): DatabaseClock {
  /** The database's time when the process began, as each of the last answers says. They can only be late: the largest is nearest to the truth. */
  const beginnings: number[] = [];

  function heard({ localTime }: { readonly localTime?: unknown }): void {
    if (!(localTime instanceof Date)) return;
    beginnings.push(localTime.getTime() - monotonicMs());
    if (beginnings.length > looks) beginnings.shift();
  }

  return {
    now() {
      const own = machine.now();
      if (beginnings.length === 0) return own;
      const there = Math.max(...beginnings) + monotonicMs();
      return Math.abs(there - own.getTime()) <= toleranceMs ? own : new Date(there);
    },
    async follow(connection) {
      const client = connection.getClient();
      client.on('serverHeartbeatSucceeded', ({ reply }: mongo.ServerHeartbeatSucceededEvent) => {
        if (reply['isWritablePrimary'] === true || reply['msg'] === 'isdbgrid') heard(reply);
      });
      heard(await client.db('admin').command({ hello: 1 }));
    },
  };
}

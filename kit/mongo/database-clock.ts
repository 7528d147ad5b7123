import type { Connection, mongo } from 'mongoose';
import { systemClock, type Clock } from '#kit/clock/clock.ts';
import { createToldClock } from '#kit/clock/told-clock.ts';

/** A clock that knows what time it is in a database, too. */
export interface DatabaseClock extends Clock {
  /** Asks the database for its time now, and hears it again with each heartbeat of its primary, about once a second. */
  follow(connection: Connection): Promise<void>;
}

/** Heartbeats of which the one that came quickest counts. */
const looks = 8;

/**
 * The machine's clock as long as it agrees with the database's, else the database's. All processes of a subgraph share a database, so they agree on when an order's time to pay is over
 * and on which signature is fresh, also when the clock of one of them is wrong, jumps, or is put right.
 */
export function createDatabaseClock(machine: Clock = systemClock, monotonicMs?: () => number): DatabaseClock {
  const clock = createToldClock({ machine, ...(monotonicMs === undefined ? {} : { monotonicMs }), keep: looks });

  function heard({ localTime }: { readonly localTime?: unknown }): void {
    if (localTime instanceof Date) clock.told(localTime);
  }

  return {
    now: () => clock.now(),
    async follow(connection) {
      const client = connection.getClient();
      client.on('serverHeartbeatSucceeded', ({ reply }: mongo.ServerHeartbeatSucceededEvent) => {
        if (reply['isWritablePrimary'] === true || reply['msg'] === 'isdbgrid') heard(reply);
      });
      heard(await client.db('admin').command({ hello: 1 }));
    },
  };
}

import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '#kit/clock/clock.ts';
import { subgraphNames, subscriptions, type SubgraphName } from '#kit/events/events.ts';
import { connectMongo } from '#kit/mongo/connect.ts';
import { eventOf, type OutboxRow } from '#kit/outbox/outbox.ts';
import { httpTransport } from '#kit/transport/transport.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { atMost } from '../../bench/contention/crowd.ts';
import type { GraphUnderFire } from './graph-under-fire.ts';

/** Somebody who tells every event again, twice. */
export interface EventRepeater {
  /** Repeats what is left and gives how many events were told three times; once it has stopped, only that. */
  stop(): Promise<number>;
}

const again = 2;
const everyMs = 500;
const atOnce = 4;

/** Delivers every event that was delivered twice more to everybody who listens, behind the relay's back. */
export async function repeatEvents(graph: GraphUnderFire): Promise<EventRepeater> {
  const { mongoUri, facts, secret, processes } = graph;
  const urls = Object.fromEntries(
    subgraphNames.map((name) => [
      name,
      processes.filter(({ service }) => service === name).map(({ port }) => `http://127.0.0.1:${port}`),
    ]),
  );
  const transport = httpTransport({ urls, secret, clock: systemClock });
  const connection = await connectMongo({ uri: mongoUri, database: 'faults_probe', appName: 'faults' });
  const repeated = new Set<string>();
  const stopping = new AbortController();

  async function repeatNew(source: SubgraphName): Promise<void> {
    const outbox = connection.getClient().db(`${facts.databasePrefix}_${source}`).collection<OutboxRow>('outbox');
    // Ids alone first: there are more and more events, and most have been told again.
    const told = await outbox.find({ deliveredAt: { $exists: true } }, { projection: { _id: 1 } }).toArray();
    const fresh = told.map(({ _id }) => _id).filter((id) => !repeated.has(id));
    await atMost(atOnce, await outbox.find({ _id: { $in: fresh } }).toArray(), async (row) => {
      for (const subscriber of subscriptions[row.name]) {
        for (let time = 0; time < again; time += 1) await tellAgain(source, subscriber, row);
      }
      repeated.add(row._id);
    });
  }

  async function tellAgain(source: SubgraphName, subscriber: SubgraphName, row: OutboxRow): Promise<void> {
    const call = { viewer: systemViewer(source), requestId: row._id, repeatable: true };
    await transport.call(subscriber, '/events', eventOf(row), call);
  }

  async function look(): Promise<void> {
    for (const source of subgraphNames) {
      // A subscriber or a database that is away is asked again at the next look.
      await repeatNew(source).catch(() => undefined);
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await pause(everyMs);
    }
  })();
  return {
    async stop() {
      if (stopping.signal.aborted) return repeated.size;
      stopping.abort();
      await running;
      await look();
      await transport.close();
      await connection.destroy();
      return repeated.size;
    },
  };
}

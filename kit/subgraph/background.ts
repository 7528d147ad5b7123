import { subscriptions, type DomainEvent, type SubgraphName } from '#kit/events/events.ts';
import type { BaseContext } from '#kit/graphql/base-context.ts';
import { startJobs, type Jobs } from '#kit/jobs/jobs.ts';
import { ringForEvents, startRelay, type Relay } from '#kit/outbox/relay.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { SubgraphSpec } from './spec.ts';

/** Everybody who listens to anything. */
const subscribers = [...new Set(Object.values(subscriptions).flat())];

/** What a subgraph does without being asked: delivering its events, following its database's changes and running its jobs. */
export function createBackground<Context extends BaseContext>(
  spec: SubgraphSpec<Context>,
  receiveOwn: (event: DomainEvent) => Promise<unknown>,
) {
  const { name, connection, outbox, changes, clock, log, metrics, transport } = spec;
  const viewer = systemViewer(name);
  let running: { relay: Relay; jobs: Jobs } | null = null;
  ringForEvents(changes, outbox, () => running?.relay);

  async function deliver(subscriber: SubgraphName, event: DomainEvent): Promise<void> {
    if (subscriber === name) {
      await receiveOwn(event);
      return;
    }
    // A delivery may be repeated: the subscriber's inbox knows the event's id.
    const { id: requestId, traceparent } = event;
    await transport.call(subscriber, '/events', event, { viewer, requestId, traceparent, repeatable: true });
  }

  return {
    async start(): Promise<void> {
      if (running) throw new Error(`${name} is started already`);
      running = {
        relay: startRelay({
          outbox,
          subscribers,
          deliver,
          log,
          onDelivered: ({ subscriber, lagMs }) => metrics.eventDelivered({ subscriber, lagMs }),
        }),
        jobs: startJobs(connection, spec.jobs ?? [], {
          clock,
          log,
          onTurn: ({ name: job, ms, ok }) => metrics.jobRun({ job, outcome: ok ? 'ok' : 'error', ms }),
        }),
      };
      changes.start();
    },

    async runJob(job: string): Promise<void> {
      if (!running) throw new Error(`${name} is not started`);
      await running.jobs.runNow(job);
    },

    async stop(): Promise<void> {
      const stopping = running;
      running = null;
      if (stopping) await Promise.all([changes.stop(), stopping.relay.stop(), stopping.jobs.stop()]);
    },
  };
}

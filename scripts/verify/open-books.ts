import type { Logger } from 'pino';
import { systemClock, type Clock } from '#kit/clock/clock.ts';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import { inProcessTransport, type Transport } from '#kit/transport/transport.ts';
import { createApp as createLogistics } from '../../subgraphs/logistics/app.ts';
import { createApp as createMember } from '../../subgraphs/member/app.ts';
import { createApp as createOrder } from '../../subgraphs/order/app.ts';
import { createApp as createProduct } from '../../subgraphs/product/app.ts';
import { createApp as createPromotion } from '../../subgraphs/promotion/app.ts';

const apps = {
  product: createProduct,
  promotion: createPromotion,
  member: createMember,
  order: createOrder,
  logistics: createLogistics,
};

export interface BooksOptions {
  readonly mongoUri: string;
  readonly databasePrefix: string;
  readonly secrets: readonly string[];
  readonly log: Logger;
  readonly clock?: Clock;
  /** What the subgraphs' configs read. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The five subgraphs, there to be asked. */
export interface Books {
  readonly transport: Transport;
  readonly subgraphs: Readonly<Record<SubgraphName, Subgraph>>;
  close(): Promise<void>;
}

/** Verifying a large shop takes a while; whoever asks waits. */
const answerWithinMs = 240_000;

/** Opens the books of a graph wherever it runs: its subgraphs on its databases, without jobs and without delivering events. */
export async function openBooks(options: BooksOptions): Promise<Books> {
  const { mongoUri, databasePrefix, secrets, log, clock = systemClock, env } = options;
  const subgraphs: Partial<Record<SubgraphName, Subgraph>> = {};
  const way = { subgraphOf: (name: SubgraphName) => subgraphs[name], secrets, clock, timeoutMs: answerWithinMs };
  const transport = inProcessTransport(way);
  const close = async () => {
    await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.stop()));
    await transport.close();
  };
  try {
    for (const name of subgraphNames) {
      const database = `${databasePrefix}_${name}`;
      const metrics = createMetrics(name);
      subgraphs[name] = await apps[name]({ mongoUri, database, transport, clock, log, metrics, env });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { transport, subgraphs: subgraphs as Record<SubgraphName, Subgraph>, close };
}

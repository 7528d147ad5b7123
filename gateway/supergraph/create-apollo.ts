import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { SubgraphName } from '#kit/events/events.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { publicError } from '../errors/public-errors.ts';
import type { GatewayContext } from '../server/gateway-context.ts';
import { quietLogger } from './quiet-logger.ts';
import { subgraphSource } from './data-source.ts';
import type { Logger } from 'pino';

interface Options {
  readonly supergraphSdl: string;
  readonly transport: Transport;
  readonly introspection: boolean;
  readonly log: Logger;
}

/** The GraphQL engine of the gateway, started: plans over the supergraph, asks subgraphs by the transport, reports to nobody. */
export async function createApollo({
  supergraphSdl,
  transport,
  introspection,
  log,
}: Options): Promise<ApolloServer<GatewayContext>> {
  const logger = quietLogger(log);
  const apollo = new ApolloServer<GatewayContext>({
    gateway: new ApolloGateway({
      supergraphSdl,
      logger,
      buildService: ({ name }) => subgraphSource(name as SubgraphName, transport),
    }),
    logger,
    introspection,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: !introspection,
    stopOnTerminationSignals: false,
    formatError: publicError,
    plugins: [
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

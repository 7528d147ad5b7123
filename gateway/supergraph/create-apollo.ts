import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError } from 'graphql';
import type { SubgraphName } from '#kit/events/events.ts';
import { badInput } from '#kit/graphql/errors.ts';
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
      oneOperation,
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

/** A document must name one operation to run. The gateway's executor would call it a fault of its own if it didn't. */
const oneOperation: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, request }) {
        if (operation !== undefined) return;
        const { message, extensions } = badInput(
          request.operationName
            ? 'operationName must be the name of an operation in the document.'
            : 'operationName must say which operation of the document to run.',
        );
        throw new GraphQLError(message, { extensions: { ...extensions, http: { status: 400 } } });
      },
    };
  },
};

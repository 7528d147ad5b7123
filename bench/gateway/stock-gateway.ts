import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { composeShop } from './shop-graph.ts';
import { listening, programSettings } from './program.ts';

/** Apollo's gateway and server as their documentation starts them. */
const { urls } = programSettings<{ urls: Record<string, string> }>();
const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl: composeShop(urls) }) });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
listening({ url: url.replace(/\/$/, '') });

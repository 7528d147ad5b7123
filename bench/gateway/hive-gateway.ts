import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromPeers } from './peers.ts';
import { listening, programSettings } from './program.ts';
import { composeShop } from './shop-graph.ts';

interface HiveRuntime {
  createGatewayRuntime(options: object): Parameters<typeof createServer>[1];
}

/** Hive Gateway's runtime with what it takes by itself; only its log and its pages are off. */
const { urls } = programSettings<{ urls: Record<string, string> }>();
const { createGatewayRuntime } = await fromPeers<HiveRuntime>('@graphql-hive/gateway-runtime');
const gateway = createGatewayRuntime({
  supergraph: composeShop(urls),
  logging: false,
  graphiql: false,
  landingPage: false,
});
const server = createServer(gateway);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
listening({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

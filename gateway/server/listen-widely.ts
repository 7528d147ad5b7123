import { once } from 'node:events';
import { createServer, type AddressInfo, type ListenOptions, type Server, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

interface Options {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
}

/** Connections that can be taken in one turn of the event loop: refusals have to be told to hundreds while turns take 10 to 50 ms, and the kernel doesn't spread them evenly. */
const socketsOfPort = 256;

/**
 * Listens with many sockets on one port. libuv takes one connection from each in a turn of the event loop (since 1.45), so that with a single one and long turns newcomers
 * wait for seconds before anybody knows of them. The kernel spreads connections over the sockets; where it can't, there is one. Gives the port; rejects with
 * EADDRINUSE when another program has it.
 */
export async function listenWidely(app: FastifyInstance, { port, host }: Options): Promise<number> {
  const others: Server[] = [];
  app.addHook('preClose', async () => {
    for (const server of others) server.close();
  });
  if (process.platform !== 'linux') {
    await app.listen({ port, host });
    return portOf(app.server);
  }
  // Programs that share a port don't hear of each other; one that wants it alone is told.
  if (port !== 0) (await listening({ port, host })).close();
  const shared = { port, host, reusePort: true };
  await app.listen(shared);
  const taken = portOf(app.server);
  const take = (socket: Socket) => void app.server.emit('connection', socket);
  for (let nth = 1; nth < socketsOfPort; nth += 1) others.push(await listening({ ...shared, port: taken }, take));
  return taken;
}

/** Listens as an HTTP server of Node does. */
async function listening(at: ListenOptions, take?: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, take);
  server.listen(at);
  await once(server, 'listening');
  return server;
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

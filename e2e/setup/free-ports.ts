import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, one of which could take ours before we listen. */
const lowest = 20_000;
const highest = 32_000;

/** The first of that many ports in a row on which nobody listens now. */
export async function freeBlock(count: number): Promise<number> {
  for (;;) {
    const first = lowest + Math.floor(Math.random() * (highest - lowest - count));
    const held: Server[] = [];
    try {
      for (let port = first; port < first + count; port += 1) {
        const server = createServer();
        server.listen(port);
        // Rejects when somebody listens there.
        await once(server, 'listening');
        held.push(server);
      }
      return first;
    } catch (error) {
      if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    } finally {
      await Promise.all(held.map((server) => server[Symbol.asyncDispose]()));
    }
  }
}

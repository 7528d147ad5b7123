import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, one of which could take ours before we listen. */
const lowest = 20_000;
const highest = 32_000;

/** That many different ports on which nobody listens now. */
export async function freePorts(count: number): Promise<number[]> {
  const held: { port: number; server: Server }[] = [];
  while (held.length < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const server = createServer();
    server.listen(port);
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (free) held.push({ port, server });
  }
  // Held until all are found, so that none is found twice.
  await Promise.all(held.map(async ({ server }) => server[Symbol.asyncDispose]()));
  return held.map(({ port }) => port);
}

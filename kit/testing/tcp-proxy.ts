import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A link between two processes that a test can make worse. It begins as a good one. */
export interface TcpProxy {
  /** On 127.0.0.1; what listens behind it is reached through here. */
  readonly port: number;
  /** Everything passes at once again; what a silent link has held arrives. */
  open(): void;
  /** Nothing passes in either direction and nobody is told, as when a cable is pulled. */
  silence(): void;
  /** Every piece of data takes that much longer, milliseconds. */
  slow(ms: number): void;
  /** Resets every connection, and each new one as soon as it is made. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts a link to a port of this machine. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let resetting = false;
  let delayMs = 0;
  let letThrough = (): void => {};
  let passing = Promise.resolve();

  const server = createServer((client) => {
    client.on('error', ignored);
    if (resetting) {
      client.resetAndDestroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    forward(client, target);
    forward(target, client);
  });

  function forward(from: Socket, to: Socket): void {
    sockets.add(from);
    // One piece after the other: a piece that was slow isn't overtaken.
    let before = Promise.resolve();
    const after = (work: () => void): void => {
      before = before.then(async () => {
        if (delayMs > 0) await pause(delayMs);
        await passing;
        work();
      });
    };
    from.on('error', ignored);
    from.on('data', (chunk) => after(() => to.write(chunk)));
    from.on('close', (broken) => {
      sockets.delete(from);
      after(() => (broken ? to.resetAndDestroy() : to.end()));
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    open() {
      resetting = false;
      delayMs = 0;
      letThrough();
    },
    silence() {
      passing = new Promise((resolve) => (letThrough = resolve));
    },
    slow(ms) {
      delayMs = ms;
    },
    reset() {
      resetting = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async stop() {
      proxy.open();
      for (const socket of sockets) socket.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
  return proxy;
}

/** A broken connection ends with `close`, which is passed on. */
function ignored(): void {}

import { createServer } from 'node:net';
import { StartRefused } from './start-refused.ts';

/** Throws StartRefused, naming the setting, when something listens on the port already; 0 is always free. */
export function requireFreePort(setting: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const what = error.code === 'EADDRINUSE' ? 'is in use' : `can't be used (${error.code ?? 'unknown error'})`;
      reject(new StartRefused(`${setting}: port ${port} ${what}; stop what listens there or set ${setting}`));
    });
    server.listen(port, () => server.close(() => resolve()));
  });
}

import type { JSONWebKeySet } from 'jose';
import inject from 'light-my-request';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { assemble, type GatewayPart } from './assembly.ts';

/** What a process of the benchmark is started with, as JSON. */
export interface GatewayProcessSettings {
  readonly on: readonly GatewayPart[];
  readonly keys: JSONWebKeySet;
  readonly document: string;
  readonly unrecognised: Viewer;
  readonly collector: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Requests that are under way at the same time. */
const atOnce = 16;

const settings = JSON.parse(process.argv[2] ?? '{}') as GatewayProcessSettings;
const { answer } = await assemble(new Set(settings.on), { ...settings, documents: [settings.document] });

/** Puts as many requests in and answers the processor time of one, microseconds. */
process.on('message', (requests: number) => void ask(requests).then((us) => process.send?.(us)));

async function ask(requests: number): Promise<number> {
  let left = requests;
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1;
        const { statusCode, body } = await inject(answer, {
          method: 'POST',
          url: '/graphql',
          remoteAddress: '192.0.2.1',
          headers: { 'content-type': 'application/json', ...settings.headers },
          payload: settings.body,
        });
        if (statusCode !== 200 || body.includes('"errors"')) throw new Error(`answered ${statusCode} ${body}`);
      }
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

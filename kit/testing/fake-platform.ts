import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What a stand-in for a platform is asked. */
export interface PlatformRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
}

export interface PlatformAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A stand-in for somebody else's platform, listening on HTTP. */
export interface FakePlatform {
  /** Its address, without a path. */
  readonly url: string;
  /** What it was asked, such as `POST /v1/refunds`, in order. */
  readonly asked: string[];
  /** Does what it is asked the next time that a request holds a text, but cuts the line before it answers. */
  loseNextAnswerAbout(text: string): void;
  stop(): Promise<void>;
}

/** Starts a platform on any free port. */
export async function startFakePlatform(
  answer: (request: PlatformRequest) => PlatformAnswer | Promise<PlatformAnswer>,
): Promise<FakePlatform> {
  const asked: string[] = [];
  let losing: string | null = null;
  const server = createServer((request, response) => {
    const work = async () => {
      const asking = await read(request);
      asked.push(`${asking.method} ${asking.url.pathname}`);
      const { status, headers, body } = await answer(asking);
      if (losing !== null && `${asking.url.href} ${asking.rawBody.toString('utf8')}`.includes(losing)) {
        losing = null;
        request.socket.destroy();
        return;
      }
      response.writeHead(status, headers).end(body);
    };
    work().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    loseNextAnswerAbout(text) {
      losing = text;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<PlatformRequest> {
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'http://platform'),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    rawBody: await buffer(request),
  };
}

/** A platform's callback as it goes out. */
export interface Callback {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a callback over HTTP, and answers what was answered. */
export async function deliver({ url, headers, body }: Callback): Promise<{ status: number; body: string }> {
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.text() };
}

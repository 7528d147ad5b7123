import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in for WeChat's platform that listens on HTTP. */
export interface FakeWeChat {
  /** Its address, for WECHAT_API_URL. */
  readonly url: string;
  /** How often it was asked. */
  asked(): number;
  /** Lets the next answers be these instead, one each, whatever is asked: `{ errcode: -1, errmsg: 'system error' }`, a text that isn't JSON, or a number as HTTP status. */
  answerNext(...answers: (object | string | number)[]): void;
  stop(): Promise<void>;
}

/** Where it listens and which mini-programs it knows. */
export interface FakeWeChatOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** The secret of each mini-program, by its id. */
  readonly apps: Readonly<Record<string, string>>;
}

/**
 * Speaks the protocol of `GET /sns/jscode2session` as WeChat does, errors with HTTP status 200 included. The code `code-for-<name>`, or
 * `code-for-<name>-<anything without hyphens>`, signs that person in once; `demo-<name>` does so any number of times. A person has an openid of their
 * own in each mini-program and one unionid over all, except people whose name begins with `alone`, who have none.
 */
export async function startFakeWeChat({ port, apps }: FakeWeChatOptions): Promise<FakeWeChat> {
  const used = new Set<string>();
  const next: (object | string | number)[] = [];
  let asked = 0;

  const answer = (query: URLSearchParams): object => {
    const appId = query.get('appid') ?? '';
    const code = query.get('js_code') ?? '';
    if (!Object.hasOwn(apps, appId)) return { errcode: 40_013, errmsg: 'invalid appid' };
    if (apps[appId] !== query.get('secret')) return { errcode: 40_125, errmsg: 'invalid appsecret' };
    if (query.get('grant_type') !== 'authorization_code') return { errcode: 40_002, errmsg: 'invalid grant_type' };
    const [, kind, name] = /^(code-for|demo)-([\w.]+)/.exec(code) ?? [];
    if (name === undefined) return { errcode: 40_029, errmsg: 'invalid code' };
    if (kind === 'code-for' && used.has(`${appId} ${code}`)) return { errcode: 40_163, errmsg: 'code been used' };
    used.add(`${appId} ${code}`);
    const user = { openid: `o${digest(`${appId} ${name}`)}`, session_key: randomBytes(16).toString('base64') };
    return name.startsWith('alone') ? user : { ...user, unionid: `u${digest(name)}` };
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked += 1;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://wechat');
    const given = next.shift();
    if (typeof given === 'number') return void response.writeHead(given).end();
    if (request.method !== 'GET' || pathname !== '/sns/jscode2session') return void response.writeHead(404).end();
    const text = typeof given === 'string' ? given : JSON.stringify(given ?? answer(searchParams));
    response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    answerNext: (...answers) => void next.push(...answers),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27);
}

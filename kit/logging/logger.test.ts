import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createLogger, type LogLevel, type Logger } from './logger.ts';

function logged(
  write: (log: Logger) => void,
  level: LogLevel = 'info',
): { text: string; lines: Record<string, unknown>[] } {
  let text = '';
  write(createLogger({ service: 'order', level, destination: { write: (line) => (text += line) } }));
  return {
    text,
    lines: text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

describe('a log line', () => {
  test('is JSON with service, level, time and text', () => {
    const { lines } = logged((log) => log.info({ orderId: 'ord_1' }, 'placed'));
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        service: 'order',
        orderId: 'ord_1',
        msg: 'placed',
        time: expect.stringMatching(/Z$/),
      }),
    ]);
  });

  test('below the level is not written', () => {
    expect(logged((log) => log.debug('quiet')).text).toBe('');
    expect(logged((log) => log.debug('loud'), 'debug').lines).toHaveLength(1);
  });

  test('stays one line whatever a caller sent', () => {
    const { lines } = logged((log) => log.info({ note: 'a\n{"level":"fatal"}' }, 'x\r\ny'));
    expect(lines).toHaveLength(1);
  });
});

describe('personal and secret values', () => {
  test.each([
    'authorization',
    'Authorization',
    'password',
    'phone',
    'token',
    'recipient',
    'line',
    'refreshToken',
    'refresh_token',
    'accessToken',
    'email',
    'cookie',
    'x-fullchain-viewer',
    'secret',
    'apiKey',
  ])('%s is masked at any depth', (name) => {
    const { text } = logged((log) => log.info({ [name]: 'hunter2', a: { b: [{ c: { [name]: ['hunter2'] } }] } }, 'x'));
    expect(text).not.toContain('hunter2');
    expect(text.match(/\[redacted\]/g)).toHaveLength(2);
  });

  test('are masked in what a child logger carries', () => {
    const { text } = logged((log) => log.child({ member: { phone: '13800000000' } }).info('x'));
    expect(text).not.toContain('13800000000');
  });

  test('are not found in names that merely contain such a word', () => {
    const { text } = logged((log) => log.info({ lines: 3, tokens: 12, orderLineId: 'orl_1', baseline: 5 }, 'x'));
    expect(text).not.toContain('[redacted]');
  });

  test('are not in a request: method and path only', () => {
    const req = { method: 'GET', url: '/graphql?variables=hunter2', headers: { authorization: 'hunter2' } };
    const { text, lines } = logged((log) => log.info({ req, res: { statusCode: 200, body: 'hunter2' } }, 'done'));
    expect(text).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({ req: { method: 'GET', path: '/graphql' }, res: { statusCode: 200 } });
  });

  test('leave the object that was logged as it was', () => {
    const facts = { password: 'hunter2' };
    logged((log) => log.info(facts, 'x'));
    expect(facts).toEqual({ password: 'hunter2' });
  });
});

describe('an error', () => {
  test('is logged with type, text, stack, code and cause', () => {
    const error = Object.assign(new TypeError('no stock', { cause: new Error('deeper') }), { code: 'E_STOCK' });
    const { lines } = logged((log) => log.error({ err: error }, 'failed'));
    expect(lines[0]?.['err']).toMatchObject({
      type: 'TypeError',
      message: 'no stock',
      stack: expect.stringContaining('logger.test.ts'),
      code: 'E_STOCK',
      cause: { type: 'Error', message: 'deeper' },
    });
  });

  test('of the runtime itself is known for one', () => {
    const { lines } = logged((log) => {
      try {
        readFileSync('/nowhere/at/all');
      } catch (error) {
        log.error({ err: error, also: { inner: error } }, 'failed');
      }
    });
    expect(lines[0]).toMatchObject({ err: { type: 'Error', code: 'ENOENT' }, also: { inner: { code: 'ENOENT' } } });
  });

  test('of a unique index does not tell the value that was there already', () => {
    const text =
      'E11000 duplicate key error collection: member.identities index: email_1 dup key: { email: "lili@example.com" }';
    const error = Object.assign(new Error(text), {
      code: 11000,
      keyValue: { email: 'lili@example.com' },
      op: { n: 'Li Li' },
    });
    const { text: output } = logged((log) => {
      log.error(error);
      log.error({ err: error }, 'failed');
      log.warn({ problem: new Error('wrapped', { cause: error }) }, text);
    });
    expect(output).not.toContain('lili@example.com');
    expect(output).not.toContain('Li Li');
    expect(output).toContain('index: email_1 dup key: [redacted]');
  });
});

describe('odd things', () => {
  test('do not break the line: cycles, deep trees, sockets, nothing', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle['self'] = cycle;
    class Socket {
      secretish = 'hunter2';
    }
    const { lines, text } = logged((log) => {
      log.info({ cycle, socket: new Socket(), none: null, at: new Date(0), id: { toJSON: () => 'ord_1' } }, 'x');
      log.info('only text');
    });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ socket: '[Socket]', none: null, at: '1970-01-01T00:00:00.000Z', id: 'ord_1' });
    expect(text).not.toContain('hunter2');
  });
});

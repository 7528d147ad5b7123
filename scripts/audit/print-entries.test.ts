import { expect, test } from '@jest/globals';
import type { AuditQuestion } from '#kit/neighbours/audit.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { findEntries, instantOf, lineOf, streamsOf } from './print-entries.ts';

const entry = (id: string, at: string) => ({
  id,
  at,
  actorKind: 'STAFF',
  actorId: 'stf_1',
  channel: 'web',
  action: 'setSkuPrice',
  outcome: 'DONE' as const,
  reasons: [],
  subjects: ['sku_1'],
  facts: { input: { price: '9.90' } },
  requestId: 'req_1',
  place: 3,
  hash: 'a'.repeat(64),
});
const everything = { actorId: null, subject: null, action: null, from: null, to: null };

/** Logs of 250 entries in product and one in order, which answer as their doors do. */
const questions: AuditQuestion[] = [];
const transport: Transport = {
  async call(target, _path, body) {
    const { before, limit } = body as AuditQuestion;
    questions.push(body as AuditQuestion);
    const ids =
      target === 'product' ? Array.from({ length: 250 }, (_, index) => 250 - index) : target === 'order' ? [100.5] : [];
    const older = ids.filter((id) => before === null || id < Number(before.slice(4)));
    const entries = older.slice(0, limit).map((id) => entry(`aud_${id}`, new Date(id * 1_000).toISOString()));
    return { entries };
  },
  close: async () => undefined,
};

test('entries of all logs come in the order of time, page by page, as many of each as wanted', async () => {
  const found = await findEntries(transport, { ...everything, streams: ['product', 'order'], most: 200 });
  expect(found.filter(({ stream }) => stream === 'product')).toHaveLength(200);
  expect(found.map(({ id }) => Number(id.slice(4)))).toEqual(
    found.map(({ id }) => Number(id.slice(4))).toSorted((a, b) => a - b),
  );
  expect(found.find(({ stream }) => stream === 'order')?.id).toBe('aud_100.5');
  expect(questions.filter(({ before }) => before === null).map(({ limit }) => limit)).toEqual([100, 100]);
});

test('an entry is one line', () => {
  expect(lineOf({ ...entry('aud_1', '2026-11-23T08:00:00.000Z'), stream: 'product' })).toBe(
    '2026-11-23T08:00:00.000Z product#3 STAFF stf_1 setSkuPrice DONE sku_1 {"input":{"price":"9.90"}}',
  );
  const refused = {
    ...entry('aud_1', 'at'),
    outcome: 'REFUSED' as const,
    reasons: ['NOT_FOUND'],
    place: null,
    actorId: null,
  };
  expect(lineOf({ ...refused, stream: 'order' })).toBe(
    'at order#- STAFF - setSkuPrice REFUSED (NOT_FOUND) sku_1 {"input":{"price":"9.90"}}',
  );
});

test('options that can’t be meant are refused with what is expected', () => {
  expect(streamsOf([])).toEqual(['product', 'promotion', 'member', 'order', 'logistics']);
  expect(() => streamsOf(['orders'])).toThrow('--stream orders: expected one of product, promotion');
  expect(instantOf('from', '2026-11-23')).toBe('2026-11-23T00:00:00.000Z');
  expect(() => instantOf('to', 'soon')).toThrow('--to soon: expected an instant such as 2026-11-23T08:00:00Z');
});

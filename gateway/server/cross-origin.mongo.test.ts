import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const db = testDatabase();
let gateway: TinyGateway;
beforeAll(async () => {
  gateway = await startTinyGateway('in process', {
    mongoUri: db.uri,
    prefix: db.name,
    origins: ['https://shop.example'],
  });
});
afterAll(() => gateway?.stop());

const strangers = [
  'https://shop.example.evil.example',
  'https://evil-shop.example',
  'http://shop.example',
  'https://shop.example:8443',
  'https://SHOP.example',
  'null',
];

test('a page of the shop may ask and read', async () => {
  const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
  const asked = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers });
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
  expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
  expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
  const answer = await gateway.post({ query: '{ __typename }' }, { origin: 'https://shop.example' });
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  expect(answer.headers.get('vary')).toContain('origin');
});

test.each(strangers)('a page of %s may neither ask nor read', async (origin) => {
  const asked = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin } });
  expect([...asked.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  const answer = await gateway.post({ query: '{ __typename }' }, { origin });
  expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a refusal can be read as well', async () => {
  const answer = await gateway.post({ query: '{' }, { origin: 'https://shop.example' });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([400, 'https://shop.example']);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { searchLogs } from './search-logs.ts';

const folders: string[] = [];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'search-logs-'));
  folders.push(folder);
});
afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true }))));

const harmless = [
  '{"level":"info","time":"2026-11-23T08:00:00.000Z","service":"order","msg":"listening","port":4002}',
  '{"level":"warn","requestId":"req_01KAR6Z3E5J1T9V3X8C7B6N5M4","at":1763884800000,"orderNumber":"2026112070325182"}',
  '{"level":"error","err":{"stack":"Error: x\\n at node_modules/@apollo/server/index.js:1:13800138000x"}}',
  '{"level":"error","authorization":"[redacted]","uri":"mongodb://127.0.0.1:27017"}',
];

describe('the search of the logs', () => {
  test('finds nothing in what services say of themselves, and counts it', async () => {
    await writeFile(join(folder, 'order.log'), `${harmless.join('\n')}\n`);
    expect(await searchLogs(folder)).toEqual({ lines: 4, files: ['order.log'], secrets: 0, findings: [] });
  });

  const key = ['fck', 'demo', 'marketplace', '0123456789'].join('_');
  test.each([
    ['an access token', `{"token":"${['eyJhbGciOiJFZERTQSJ9', 'eyJzdWIiOiJtYnJfMSJ9', 'c2ln'].join('.')}"}`],
    ['an API key', `{"msg":"refused ${key}"}`],
    ['a password hash', '{"msg":"scrypt$15$8$1$c2FsdA==$aGFzaA=="}'],
    ['a mobile number', '{"msg":"no member 13800138000"}'],
    ['a mobile number', '{"phone":"+8613800138000"}'],
    ['an e-mail address', '{"msg":"li.lei@shop.example is taken"}'],
    ['variables of a request', '{"variables":{"id":"1"}}'],
    ['a header of a request', '{"authorization":"Bearer x"}'],
    ['the address of a database with its password', '{"uri":"mongodb://shop:hunter2@db:27017"}'],
  ])('finds %s, and does not repeat it', async (what, line) => {
    await writeFile(join(folder, 'member.log'), `${harmless[0]}\n${line}\n`);
    const { findings } = await searchLogs(folder);
    expect(findings.map((finding) => [finding.file, finding.what])).toEqual([['member.log', what]]);
    expect(findings[0]?.line).toContain('[found]');
    expect(findings[0]?.line).not.toMatch(/13800138000|li\.lei|hunter2|marketplace_0/);
  });

  test('finds every secret that a test used, in whatever process, as it is and as JSON writes it', async () => {
    const secrets = ['欧阳不许写', 'a "quoted" password', 'never logged anywhere'];
    await writeFile(join(folder, 'secrets-1.jsonl'), `${secrets.map((one) => JSON.stringify(one)).join('\n')}\n`);
    await writeFile(join(folder, 'a.log'), '{"msg":"for 欧阳不许写"}\n');
    await writeFile(join(folder, 'b.log'), '{"msg":"with a \\"quoted\\" password"}\n');
    const { findings, secrets: looked } = await searchLogs(folder);
    expect(looked).toBe(3);
    expect(findings.map(({ file, line }) => [file, line])).toEqual([
      ['a.log', '{"msg":"for [found]"}'],
      ['b.log', '{"msg":"with [found]"}'],
    ]);
  });
});

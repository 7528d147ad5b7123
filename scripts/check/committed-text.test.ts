import { describe, expect, test } from '@jest/globals';
import { findingsIn } from './committed-text.ts';

// Put together here, so that this file itself passes the check.
const join = (...parts: string[]): string => parts.join('');

describe('what may not be committed', () => {
  test.each([
    [join('-----BEGIN EC PRIVATE', ' KEY-----'), 'a private key'],
    [join('token: ey', 'JhbGciOiJFZERTQSJ9.ey', 'JzdWIiOiJtYnJfMSJ9.c2lnbmF0dXJlLW9mLTIw'), 'a signed token'],
    [join('AKIA', 'ABCDEFGHIJKLMNOP'), "a cloud or forge's access key"],
    [join('-----BEGIN PGP PRIVATE', ' KEY BLOCK-----'), 'a private key'],
    [join('{"kty":"OKP","', `d":"${'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A'}"}`), 'a private key'],
    [join('LTA', 'I5tAbCdEfGhIjKlMnOp'), "a cloud or forge's access key"],
    [join('npm', `_${'a1'.repeat(18)}`), "a cloud or forge's access key"],
    [join('glp', 'at-abcdefghij0123456789'), "a cloud or forge's access key"],
    [join('whs', `ec_${'Ab3'.repeat(10)}`), "a cloud or forge's access key"],
    [join('rediss://shop:', 'hunter2@cache:6379'), 'a password in an address'],
    [join('MEMBER_KEY_', 'SECRET=f3b1c9d27a60e845'), 'a secret that is set'],
    [join('export FIRST_ADMIN_', 'PASSWORD=hunter2hunter2'), 'a secret that is set'],
    [join('mongodb://shop:', 'hunter2@db.example/'), 'a database password'],
    [join('import "/ho', 'me/lin/shop/x.ts"'), "a path of somebody's machine"],
    [join('https://pypi', '.org/simple'), "a package registry's host"],
  ])('%s is found', (text, what) => {
    expect(findingsIn('kit/a.ts', `first line\n${text}\n`)).toEqual([`kit/a.ts:2 contains ${what}`]);
  });

  test.each([
    'mongodb://127.0.0.1:27017/?replicaSet=rs0',
    'MEMBER_KEY_SECRET=',
    'MEMBER_KEY_SECRET=$(openssl rand -hex 32)',
    'const secret = process.env.SECRET',
    'mongodb://user:${PASSWORD}@db/',
    "await import('./work/plan.ts')",
    'GET /homepage and /api/work/1',
  ])('%s is fine', (text) => {
    expect(findingsIn('kit/a.ts', text)).toEqual([]);
  });

  test('the lock file may name the default registry, any other file and any mirror may not', () => {
    const resolved = join('"resolved": "https://registry.np', 'mjs.org/zod/-/zod-4.0.0.tgz"');
    expect(findingsIn('package-lock.json', resolved)).toEqual([]);
    expect(findingsIn('README.md', resolved)).toEqual(["README.md:1 contains a package registry's host"]);
    const mirror = join('"resolved": "https://npm.artif', 'actory.com/zod.tgz"');
    expect(findingsIn('package-lock.json', mirror)).toEqual(["package-lock.json:1 contains a package registry's host"]);
  });
});

test('a test may show what a password in a database address looks like', () => {
  const address = join('mongodb://shop:', 'hunter2@db.example/');
  expect(findingsIn('kit/mongo/connect.mongo.test.ts', address)).toEqual([]);
});

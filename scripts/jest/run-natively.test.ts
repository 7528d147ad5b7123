import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-natively-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Has jest run these files, one after the other in one process, with our runner. */
async function run(files: Readonly<Record<string, string>>): Promise<{ code: number | null; report: Report }> {
  const globals = `import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';\n`;
  for (const [name, source] of Object.entries(files)) await writeFile(join(folder, name), globals + source);
  const config = {
    rootDir: folder,
    testMatch: ['**/*.test.mjs'],
    transform: {},
    testRunner: join(import.meta.dirname, 'run-natively.mjs'),
  };
  const output = join(folder, 'report.json');
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const child = spawn(
    process.execPath,
    [jest, '--config', JSON.stringify(config), '--runInBand', '--json', '--outputFile', output],
    { stdio: 'ignore' },
  );
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('exit', (exitCode) => resolve(exitCode)),
  );
  return { code, report: JSON.parse(await readFile(output, 'utf8')) as Report };
}

const allOf = ({ testResults }: Report) => testResults.flatMap(({ assertionResults }) => assertionResults);

describe('a run fails', () => {
  test.each([
    ['a wrong answer', `test('it', () => expect(1).toBe(2));`, 'Expected: 2'],
    ['a test that never ends', `test('it', () => new Promise(() => undefined), 50);`, 'Exceeded timeout of 50 ms'],
    [
      'a preparation that throws',
      `beforeAll(() => { throw new Error('not ready'); }); test('it', () => {});`,
      'not ready',
    ],
    [
      'a promise that is refused while nobody looks',
      `test('it', async () => {
         Promise.reject(new Error('unseen'));
         await new Promise((resolve) => setTimeout(resolve, 20));
       });`,
      'unseen',
    ],
    ['fewer assertions than announced', `test('it', () => expect.assertions(1));`, 'Expected one assertion'],
  ])('by %s', async (_, source, message) => {
    const { code, report } = await run({ 'one.test.mjs': source });
    expect(code).toBe(1);
    expect(allOf(report)).toEqual([
      expect.objectContaining({ status: 'failed', failureMessages: [expect.stringContaining(message)] }),
    ]);
  });

  test.each([
    ['a file that can’t be loaded', `import './nowhere.mjs';`, 'nowhere.mjs'],
    ['a file without a test', '', 'must contain at least one test'],
  ])('by %s', async (_, source, message) => {
    const { code, report } = await run({ 'one.test.mjs': source });
    expect(code).toBe(1);
    expect(report.testResults).toEqual([
      expect.objectContaining({ assertionResults: [], message: expect.stringContaining(message) }),
    ]);
  });
});

test('files share the modules they import, and nothing of what they register', async () => {
  const shared = `
    globalThis.timesLoaded = (globalThis.timesLoaded ?? 0) + 1;
    export const seen = [];
    export const noteEachTest = (name) => beforeEach(() => void seen.push(name));`;
  const file = (name: string, expected: string) => `
    import { noteEachTest, seen } from './shared.mjs';
    noteEachTest('${name}');
    test('${name}', () => expect([globalThis.timesLoaded, seen.join()]).toEqual([1, '${expected}']));`;
  // Jest begins with the larger file.
  const { code, report } = await run({
    'shared.mjs': shared,
    'first.test.mjs': `${file('first', 'first')} // ${'-'.repeat(200)}`,
    'second.test.mjs': file('second', 'first,second'),
  });
  expect(allOf(report).map(({ fullName, status }) => [fullName, status])).toEqual([
    ['first', 'passed'],
    ['second', 'passed'],
  ]);
  expect(code).toBe(0);
});

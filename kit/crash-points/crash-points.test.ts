import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { crashBy, crashPoint, crashPointNames } from './crash-points.ts';
import { crashWhenArmed } from './crash-when-armed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('crash points', () => {
  test('do nothing in a process that was not started to crash', () => {
    expect(crashPoint('order.placing.held')).toBeUndefined();
  });

  test('stop what comes to them while a test holds them', async () => {
    const seen: string[] = [];
    const undo = crashBy((name) => {
      seen.push(name);
      return undefined;
    });
    await crashPoint('order.placing.held');
    undo();
    await crashPoint('order.paying.settled');
    expect(seen).toEqual(['order.placing.held']);
  });

  test('each name stands in exactly one place', () => {
    const sources = globSync(['kit/**/*.ts', 'subgraphs/**/*.ts'], { cwd: root }).filter(
      (path) => !path.endsWith('.test.ts') && !path.startsWith('kit/crash-points/'),
    );
    const found = sources.flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/crashPoint\('([^']+)'\)/g)].map(([, name]) => name),
    );
    expect(found.toSorted()).toEqual([...crashPointNames].toSorted());
  });
});

describe('a process with armed crash points', () => {
  const modules = ['crash-points', 'crash-when-armed'].map((name) => new URL(`./${name}.ts`, import.meta.url).href);
  const script = `
    const [{ crashPoint }, { crashWhenArmed }] = await Promise.all(${JSON.stringify(modules)}.map((url) => import(url)));
    crashWhenArmed('order', process.env);
    await crashPoint('order.placing.held');
    console.log('came through');`;
  const run = (folder: string) =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script], {
      cwd: root,
      env: { NODE_ENV: 'test', CRASH_POINTS_DIR: folder },
      encoding: 'utf8',
    });

  test('dies at the armed one, once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'crash-points-'));
    const armed = join(folder, 'order', 'order.placing.held');
    mkdirSync(join(folder, 'order'));
    writeFileSync(armed, '');
    expect(run(folder)).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(existsSync(armed)).toBe(false);
    expect(run(folder)).toMatchObject({ status: 0, stdout: 'came through\n' });
  });

  test.each([undefined, 'production', 'staging'])('does not start with NODE_ENV %s', (environment) => {
    expect(() => crashWhenArmed('order', { CRASH_POINTS_DIR: '/anywhere', NODE_ENV: environment })).toThrow(
      /^CRASH_POINTS_DIR is set while NODE_ENV is neither development nor test/,
    );
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { startChild } from './child.ts';

const childModule = new URL('./child.ts', import.meta.url).href;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a child', () => {
  test('prints by lines and gives back its exit code', async () => {
    const lines: string[] = [];
    const child = startChild({
      command: '/bin/sh',
      args: ['-c', 'echo one; echo two >&2; exit 3'],
      endWith: 'TERM',
      onLine: (line) => lines.push(line),
    });
    expect(await child.ended).toBe(3);
    await eventually(() => lines.length === 2);
    expect(lines.toSorted()).toEqual(['one', 'two']);
    await child.stop();
  });

  test('is gone after stop(), and its folder with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'child-test-'));
    const child = startChild({ command: 'sleep', args: ['60'], endWith: 'KILL', removeAfterwards: folder });
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
    await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('that cannot be run ends with a code that says so', async () => {
    const child = startChild({ command: '/no/such/program', args: [], endWith: 'TERM' });
    expect(await child.ended).toBe(127);
  });

  test.each([
    ['lets others go first if it gives way', true, 5],
    ['is worth as much as others otherwise', false, 0],
  ])('%s', async (_, givesWay, niceness) => {
    const lines: string[] = [];
    const args = ['-p', 'os.getPriority()'];
    const child = startChild({
      command: process.execPath,
      args,
      endWith: 'TERM',
      givesWay,
      onLine: (line) => lines.push(line),
    });
    expect(await child.ended).toBe(0);
    await eventually(() => lines.length === 1);
    expect(Number(lines[0]) - getPriority()).toBe(niceness);
  });

  test('does not outlive a parent that was killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'child-test-'));
    const script = join(folder, 'parent.ts');
    writeFileSync(
      script,
      `import { startChild } from ${JSON.stringify(childModule)};
       startChild({ command: '/bin/sh', args: ['-c', 'echo $$; exec sleep 60'], endWith: 'TERM', onLine: (line) => {
         console.log(line);
         process.kill(process.pid, 'SIGKILL');
       } });
       setInterval(() => {}, 1000);`,
    );
    const lines: string[] = [];
    const parent = startChild({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', script],
      endWith: 'KILL',
      removeAfterwards: folder,
      onLine: (line) => lines.push(line),
    });
    expect(await parent.ended).toBe(137);
    const pid = Number(lines[0]);
    expect(pid).toBeGreaterThan(1);
    await eventually(() => !isAlive(pid));
  });
});

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { keepAlive } from './keep-alive.ts';

const soon = { firstDelayMs: 10, maxRestarts: 3, steadyAfterMs: 60_000 };

describe('a process that is kept alive', () => {
  test('is started again at once, then after a longer delay each time, and given up after the last', async () => {
    const said: string[] = [];
    const givenUp: string[] = [];
    const kept = keepAlive(
      'order',
      { command: '/bin/sh', args: ['-c', 'exit 7'], endWith: 'TERM' },
      { say: (line) => said.push(line), onGivenUp: (line) => givenUp.push(line) },
      soon,
    );
    await eventually(() => givenUp.length === 1);
    expect(said).toEqual([
      'order ended (exit code 7); restart 1 of 3 at once',
      'order ended (exit code 7); restart 2 of 3 in 0.01 s',
      'order ended (exit code 7); restart 3 of 3 in 0.02 s',
    ]);
    expect(givenUp).toEqual(['order ended (exit code 7) and was restarted 3 times; giving up']);
    await kept.stop();
  });

  test('is not started again once it was stopped', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'keep-alive-')), 'starts');
    const said: string[] = [];
    const kept = keepAlive(
      'order',
      { command: '/bin/sh', args: ['-c', `echo start >> ${file}; exec sleep 60`], endWith: 'TERM' },
      { say: (line) => said.push(line), onGivenUp: (line) => said.push(line) },
      soon,
    );
    await eventually(() => readFileSync(file, 'utf8') === 'start\n');
    await kept.stop();
    expect(said).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe('start\n');
  });
});

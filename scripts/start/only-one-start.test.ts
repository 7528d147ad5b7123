import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { onlyOneStart } from './only-one-start.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-start-'));
});

describe('the lock of a data folder', () => {
  test('refuses a second start, naming the first, until the first has let go', async () => {
    const release = await onlyOneStart(folder);
    await expect(onlyOneStart(folder)).rejects.toThrow(`Already running (pid ${process.pid})`);
    await release();
    await (
      await onlyOneStart(folder)
    )();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['a process that is gone', '999999999 Sun_Nov_1_10:00:00_2026'],
    ['a number that belongs to another process now', `${process.pid} Sun_Nov_1_10:00:00_2020`],
    ['a start that was killed while writing', ''],
  ])('left by %s is taken over', async (_whom, content) => {
    writeFileSync(join(folder, 'start.lock'), content);
    await expect(onlyOneStart(folder)).resolves.toBeInstanceOf(Function);
  });
});

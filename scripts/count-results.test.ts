import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const script = fileURLToPath(new URL('./count-results.mjs', import.meta.url));

function count(
  files: Record<string, object>,
  testsCode: number,
  checksCode: number,
): { said: string; code: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'count-results-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  const { stdout, status } = spawnSync(process.execPath, [script, folder, String(testsCode), String(checksCode)]);
  return { said: stdout.toString('utf8'), code: status };
}

const good = { numPassedTests: 40, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };

describe('the last line of a CI run', () => {
  test('adds tests and checks', () => {
    const files = { 'tests.json': good, 'checks.json': { passed: 10, failed: 0 } };
    expect(count(files, 0, 0)).toEqual({ said: '50 passed, 0 failed\n', code: 0 });
  });

  test('counts failed tests, broken test files and failed checks', () => {
    const tests = { numPassedTests: 38, numFailedTests: 2, numRuntimeErrorTestSuites: 1 };
    expect(count({ 'tests.json': tests, 'checks.json': { passed: 9, failed: 1 } }, 1, 1)).toEqual({
      said: '47 passed, 4 failed\n',
      code: 1,
    });
  });

  test('counts a command that ended without a result as failed', () => {
    expect(count({ 'checks.json': { passed: 10, failed: 0 } }, 1, 0)).toEqual({
      said: '10 passed, 1 failed\n',
      code: 1,
    });
    expect(count({}, 1, 1)).toEqual({ said: '0 passed, 2 failed\n', code: 1 });
  });

  test('believes an exit code that says failed', () => {
    const files = { 'tests.json': good, 'checks.json': { passed: 10, failed: 0 } };
    expect(count(files, 1, 0)).toEqual({ said: '50 passed, 1 failed\n', code: 1 });
  });
});

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { repositoryFiles } from './check/repository.ts';
import { root } from './check/step.ts';

/**
 * `npm run properties [-- --runs <number>] [--seed <number>]`: looks at 100,000 values of each property unless told otherwise, and at others every time. Runs the tests that
 * use `kit/testing/properties.ts`.
 */
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const { runs = '100000', seed = String(Date.now() % 2 ** 31) } = values;

const tests = (await repositoryFiles()).filter((path) => path.endsWith('.test.ts') && path.startsWith('subgraphs/'));
const sources = await Promise.all(tests.map((path) => readFile(`${root}/${path}`, 'utf8')));
const withProperties = tests.filter((_, index) => sources[index]?.includes("'#kit/testing/properties.ts'"));

console.log(`Each property of ${withProperties.join(', ')} with ${runs} values of seed ${seed}.`);
const child = spawn(process.execPath, ['scripts/test.ts', '--verbose', '--testTimeout=900000', ...withProperties], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PROPERTY_RUNS: runs, PROPERTY_SEED: seed },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

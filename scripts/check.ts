import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { boundaries } from './check/boundaries.ts';
import { committedText } from './check/committed-text.ts';
import { composeFile } from './check/compose-file.ts';
import { fileRulesStep } from './check/file-rules.ts';
import { packageStep, scriptStep, type Step } from './check/step.ts';
import { supplyChain } from './check/supply-chain.ts';

/**
 * Everything but the tests, as CI runs it. Each step is a line with its time; all run even when one fails.
 * `npm run check -- lint types` runs only the steps whose name contains one of the words; `--summary <file>` writes the count as JSON.
 */
const steps: readonly Step[] = [
  packageStep('format', 'oxfmt', ['--check', '.']),
  packageStep('lint', 'oxlint', ['--deny-warnings', '.']),
  packageStep('types', 'tsc', ['--noEmit']),
  packageStep('types of the explorer', 'tsc', ['--noEmit', '--project', 'explorer']),
  boundaries,
  fileRulesStep,
  scriptStep('generated types are fresh', 'codegen.ts', ['--check']),
  scriptStep('graph composes, its files are fresh, client documents fit', 'compose.ts', ['--check']),
  composeFile,
  supplyChain,
  committedText,
];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { summary: { type: 'string' } } });
const wanted = steps.filter(({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)));
let failed = 0;

for (const step of wanted) {
  const start = performance.now();
  const problems = await problemsOf(step);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (problems.length > 0) failed += 1;
  console.log(`${problems.length > 0 ? 'FAILED' : 'ok    '}  ${step.name} (${seconds} s)`);
  for (const problem of problems) console.log(`        ${problem}`);
}

console.log(`Checks: ${wanted.length - failed} passed, ${failed} failed`);
if (values.summary !== undefined) {
  await writeFile(values.summary, JSON.stringify({ passed: wanted.length - failed, failed }));
}
process.exitCode = failed > 0 || wanted.length === 0 ? 1 : 0;

/** A step that breaks counts as failed and doesn't keep the others from running. */
async function problemsOf(step: Step): Promise<readonly string[]> {
  try {
    return await step.run();
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryFiles } from '../check/repository.ts';
import { root } from '../check/step.ts';
import type { Mutant } from './mutants.ts';

/** What became of a mutant. */
export interface Tried {
  readonly mutant: Mutant;
  /** The names of the tests that failed on it; none means that it went unnoticed. */
  readonly noticedBy: readonly string[];
}

interface JestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A copy of the sources as they are, in which nothing that is changed matters. */
interface Copy {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Breaks a copy of the sources in one way after the other, and runs the test that must notice. Throws when a test fails, or doesn't run, without any mutant: then
 * its failing says nothing.
 */
export async function tryMutants(
  mutants: readonly Mutant[],
  mongoUri: string,
  log: (line: string) => void,
): Promise<Tried[]> {
  const copy = await copySources();
  try {
    const tried: Tried[] = [];
    const sound = new Set<string>();
    for (const mutant of mutants) {
      const key = JSON.stringify(mutant.test);
      if (!sound.has(key)) await mustPass(copy, mutant.test, mongoUri);
      sound.add(key);
      const undo = await mutate(copy, mutant);
      const { failed } = await runTest(copy, mutant.test, mongoUri);
      await undo();
      log(`${failed.length > 0 ? 'noticed  ' : 'UNNOTICED'}  ${mutant.defect}`);
      tried.push({ mutant, noticedBy: failed });
    }
    return tried;
  } finally {
    await copy.remove();
  }
}

async function mustPass(copy: Copy, test: Mutant['test'], mongoUri: string): Promise<void> {
  const { passed, failed } = await runTest(copy, test, mongoUri);
  if (failed.length === 0 && passed > 0) return;
  throw new Error(`${test.file} doesn't pass without a mutant: ${failed.join('; ') || 'no test ran'}`);
}

async function copySources(): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'fullchain-mutants-'));
  for (const path of await repositoryFiles()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path));
  }
  for (const brought of ['node_modules', '.tools']) await symlink(join(root, brought), join(folder, brought));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Writes the mutant into the copy. Gives the way back. */
async function mutate({ folder }: Copy, { edits, defect }: Mutant): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const source = await readFile(path, 'utf8');
    if (!before.has(path)) before.set(path, source);
    if (source.split(from).length !== 2) throw new Error(`"${defect}": ${file} has changed`);
    await writeFile(
      path,
      source.replace(from, () => to),
    );
  }
  return async () => {
    for (const [path, source] of before) await writeFile(path, source);
  };
}

async function runTest({ folder }: Copy, { file, name }: Mutant['test'], mongoUri: string) {
  const report = join(folder, 'report.json');
  await rm(report, { force: true });
  const named = name === undefined ? [] : ['--testNamePattern', name];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'scripts/test.ts', file, ...named, '--json', '--outputFile', report],
    {
      cwd: folder,
      stdio: 'ignore',
      env: { ...process.env, MONGODB_URI: mongoUri, NODE_COMPILE_CACHE: join(folder, 'compiled') },
    },
  );
  await once(child, 'exit');
  const { numPassedTests: passed, testResults } = JSON.parse(await readFile(report, 'utf8')) as JestReport;
  const failed = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName);
  return { passed, failed };
}

import { table } from '../bench/report.ts';
import { startTestMongod } from './mongo/test-mongod.ts';
import { mutants } from './mutants/mutants.ts';
import { tryMutants } from './mutants/try-mutants.ts';

/**
 * `npm run mutants [-- <word> …]`: breaks a copy of the sources on purpose, in one way after the other, and shows that a test notices. With words only those mutants whose
 * defect has one of them. Prints markdown; exit code 1 when one goes unnoticed.
 */
const words = process.argv.slice(2);
const chosen = mutants.filter(({ defect }) => words.length === 0 || words.some((word) => defect.includes(word)));
const log = (line: string): void => console.error(line);

const mongod = await startTestMongod({ log });
try {
  const tried = await tryMutants(chosen, mongod.uri, log);
  const rows = tried.map(({ mutant, noticedBy }) => [
    mutant.defect,
    `\`${mutant.test.file}\``,
    noticedBy[0] ?? '**nobody**',
    String(noticedBy.length),
  ]);
  console.log(table(['mutant', 'test file', 'noticed by', 'failing tests'], rows));
  if (tried.some(({ noticedBy }) => noticedBy.length === 0)) process.exitCode = 1;
} finally {
  await mongod.stop();
}

// Adds up what a CI run left behind. Usage: node scripts/count-results.mjs <folder> <exit code of the tests> <exit code of the checks>
// Plain JavaScript without dependencies: it has to say something even when nothing could be installed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '.', testsCode, checksCode] = process.argv.slice(2);

/** The parsed file, or null when the command ended before it could write one. */
function result(file) {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch {
    return null;
  }
}

const tests = result('tests.json');
const checks = result('checks.json');
const passed = (tests?.numPassedTests ?? 0) + (checks?.passed ?? 0);
// A file that breaks before its first test counts as one failure, as does a command that left no result.
let failed = (tests === null ? 1 : tests.numFailedTests + tests.numRuntimeErrorTestSuites) + (checks?.failed ?? 1);
// An exit code that says "failed" is believed even when every single result is good.
if (failed === 0 && (testsCode !== '0' || checksCode !== '0')) failed = 1;

process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

import { searchLogs } from './search-logs.ts';

const shown = 20;

/**
 * Searches the logs of a run and says what came out, as a test does. False when something was found that must not be there, or nothing was logged although secrets were
 * used: then nothing was searched either.
 */
export async function judgeLogs(folder: string, say: (line: string) => void): Promise<boolean> {
  const { lines, files, secrets, findings } = await searchLogs(folder);
  if (files.length === 0 && secrets === 0) return true;
  if (lines === 0) {
    say(`FAIL logs of the run: no process logged anything, although the tests used ${secrets} secrets`);
    return false;
  }
  const looked = `${lines} lines of ${files.length} logs were searched for ${secrets} secrets of the tests and for what has their form`;
  if (findings.length === 0) {
    say(`PASS logs of the run: ${looked}`);
    return true;
  }
  say(`FAIL logs of the run: ${looked}, and ${findings.length} found`);
  for (const { file, what, line } of findings.slice(0, shown)) say(`  ● ${file}: ${what}\n    ${line.slice(0, 500)}`);
  return false;
}

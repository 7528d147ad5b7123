import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Something in a log that must not be there. Its line is told without it. */
export interface LogFinding {
  readonly file: string;
  readonly what: string;
  readonly line: string;
}

/** What the logs of a test run hold. */
export interface LogSearch {
  readonly lines: number;
  readonly files: readonly string[];
  /** How many secrets of the tests were looked for. */
  readonly secrets: number;
  readonly findings: readonly LogFinding[];
}

/** What gives itself away by its form. */
const forms: readonly (readonly [what: string, form: RegExp])[] = [
  ['an access token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}/],
  ['an API key', /\bfck_\w{12,}/],
  ['a password hash', /\bscrypt\$\d/],
  ['a private key', /PRIVATE KEY|"d":"[\w-]{40,}"/],
  ['a mobile number', /(?<![\d.\w])(?:\+?86)?1[3-9]\d{9}(?![\d.\w])/],
  ['an e-mail address', /[\w.+-]{2,}@[\w-]+\.(?:com|org|net|cn|example)\b/],
  ['variables of a request', /"variables":/],
  ['a header of a request', /"(?:authorization|cookie|x-fullchain-viewer)":"(?!\[redacted\])/i],
  ['the address of a database with its password', /mongodb(?:\+srv)?:\/\/[^/\s"@]+:[^/\s"@]+@/],
];

/** Looks through the logs of a run for what has a telling form, and for every secret that its tests used. */
export async function searchLogs(folder: string): Promise<LogSearch> {
  const names = (await readdir(folder)).toSorted();
  const read = async (name: string) => (await readFile(join(folder, name), 'utf8')).split('\n').filter(Boolean);
  const secrets = new Set<string>();
  for (const name of names.filter((each) => each.endsWith('.jsonl')))
    for (const line of await read(name)) secrets.add(JSON.parse(line) as string);
  const files = names.filter((name) => name.endsWith('.log'));
  const findings: LogFinding[] = [];
  let lines = 0;
  for (const file of files) {
    const found = await read(file);
    lines += found.length;
    for (const line of found) findings.push(...findingsIn(file, line, secrets));
  }
  return { lines, files, secrets: secrets.size, findings };
}

function findingsIn(file: string, line: string, secrets: ReadonlySet<string>): LogFinding[] {
  const findings: LogFinding[] = [];
  for (const [what, form] of forms) {
    if (form.test(line)) findings.push({ file, what, line: line.replaceAll(new RegExp(form, 'gi'), '[found]') });
  }
  for (const secret of secrets) {
    // As text, and as JSON writes it.
    const spellings = [secret, JSON.stringify(secret).slice(1, -1)];
    const spelling = spellings.find((each) => line.includes(each));
    if (spelling !== undefined) {
      const what = `what a test called ${secret.slice(0, 3)}… (${secret.length} characters)`;
      findings.push({ file, what, line: line.replaceAll(spelling, '[found]') });
    }
  }
  return findings;
}

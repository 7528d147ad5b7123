import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { root, type Step } from './step.ts';

const run = promisify(execFile);
const parserFolder = join(root, 'ops', 'compose-spec');

/** What the Compose Specification's JSON schema says against a compose file's text. */
export async function schemaProblems(text: string): Promise<string[]> {
  const schema: object = JSON.parse(await readFile(join(parserFolder, 'compose-spec.json'), 'utf8'));
  // The schema uses its own formats (duration, ports …), which compose-go checks, not ajv.
  const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  if (validate(parse(text, { merge: true }))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `docker-compose.yml ${instancePath}: ${message ?? 'invalid'}`,
  );
}

/** What compose-go, the specification's own parser, says; null when there is no Go to build it with. */
async function parserProblems(text: string): Promise<readonly string[] | null> {
  const folder = await mkdtemp(join(tmpdir(), 'compose-check-'));
  const parser = join(folder, 'parser');
  try {
    try {
      await run('go', ['build', '-o', parser, '.'], { cwd: parserFolder, timeout: 180_000 });
    } catch {
      // No Go, or its modules can't be had: the schema has been asked already, and the step's name says what was left out.
      return null;
    }
    await writeFile(join(folder, 'docker-compose.yml'), text);
    await writeFile(join(folder, '.env'), await readFile(join(root, '.env.example'), 'utf8'));
    try {
      await run(parser, [join(folder, 'docker-compose.yml')], { timeout: 30_000 });
      return [];
    } catch (error) {
      const said =
        typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error);
      return said
        .trim()
        .split('\n')
        .map((line) => `docker-compose.yml: ${line}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** docker-compose.yml is what the Compose Specification says it should be. */
export const composeFile: Step = {
  name: 'docker-compose.yml',
  run: async () => {
    const text = await readFile(join(root, 'docker-compose.yml'), 'utf8');
    const bySchema = await schemaProblems(text);
    const byParser = await parserProblems(text);
    if (byParser === null) process.stdout.write('  (by the JSON schema only: compose-go needs Go)\n');
    return [...bySchema, ...(byParser ?? [])];
  },
};

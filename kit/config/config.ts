import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { holdsGuessableSecret } from './secret.ts';

/**
 * Missing or wrong settings. The message is one line for the operator, naming each variable, and never quotes a
 * value.
 */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings that `schema` names from environment variables, once, at the start. Each key is a variable;
 * `.describe()` says what is expected and is what the operator reads. A variable may come from a file instead, named by
 * `<NAME>_FILE` (its trailing line break dropped), as mounted secrets do. An empty variable counts as unset. Where NODE_ENV is production, a secret
 * (`secret.ts`) that could be guessed counts as wrong. Throws ConfigError naming every setting that is missing or wrong, or the first that is unreadable or given twice.
 */
export function readConfig<S extends z.ZodObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const given: Record<string, string | undefined> = {};
  for (const name of Object.keys(schema.shape)) given[name] = settingOf(name, env);
  const result = schema.safeParse(given);
  const issues = result.success ? [] : result.error.issues;
  const wrong = new Map(issues.map(({ path, message }) => [String(path[0] ?? ''), message]));
  const problems = [...wrong].map(([name, message]) => {
    const field: unknown = schema.shape[name];
    const expected = (field instanceof z.ZodType ? field.description : undefined) ?? message;
    const how = given[name] === undefined ? 'is not set' : 'has a value that cannot be used';
    return `${name} ${how}. Expected: ${expected}`;
  });
  if (env['NODE_ENV'] === 'production') problems.push(...guessable(schema, given, wrong));
  if (!result.success || problems.length > 0) throw new ConfigError(oneLine(problems.join('; ')));
  return result.data;
}

/** Demo data brings accounts and keys that everybody can read here. Throws ConfigError where NODE_ENV is production. */
export function refuseDemoInProduction(env: Readonly<Record<string, string | undefined>>): void {
  if (env['NODE_ENV'] !== 'production') return;
  throw new ConfigError(
    'DEMO_DATA is on while NODE_ENV is production. Expected: off, because the demo accounts are known to everybody',
  );
}

function guessable(
  schema: z.ZodObject,
  given: Readonly<Record<string, string | undefined>>,
  wrong: ReadonlyMap<string, unknown>,
): string[] {
  return Object.entries(given)
    .filter(([name, text]) => text !== undefined && !wrong.has(name) && holdsGuessableSecret(schema.shape[name], text))
    .map(
      ([name]) =>
        `${name} holds a secret that could be guessed. Expected: random text in production, as of \`openssl rand -hex 32\``,
    );
}

function settingOf(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const value = env[name] || undefined;
  const file = env[`${name}_FILE`] || undefined;
  if (file === undefined) return value;
  if (value !== undefined) throw new ConfigError(`${name} and ${name}_FILE are both set. Expected: only one of them`);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch (error) {
    const reason =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    throw new ConfigError(`${name}_FILE names a file that cannot be read (${reason}). Expected: a readable file`);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

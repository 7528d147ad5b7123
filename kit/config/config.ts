import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * A missing or wrong setting. Its message is one line for the operator, naming the variable, and never quotes its
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
 * `<NAME>_FILE` (its trailing line break dropped), as mounted secrets do. An empty variable counts as unset. Throws
 * ConfigError on the first setting that is missing, wrong, unreadable or given twice.
 */
export function readConfig<S extends z.ZodObject>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const given: Record<string, string | undefined> = {};
  for (const name of Object.keys(schema.shape)) given[name] = settingOf(name, env);
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = String(issue?.path[0] ?? '');
  const field: unknown = schema.shape[name];
  const expected = (field instanceof z.ZodType ? field.description : undefined) ?? issue?.message ?? 'another value';
  const how = given[name] === undefined ? 'is not set' : 'has a value that cannot be used';
  throw new ConfigError(oneLine(`${name} ${how}. Expected: ${expected}`));
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

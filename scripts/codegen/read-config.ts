import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { findMappers } from './mappers.ts';

const sources = z.union([z.string(), z.array(z.string())]);
const outputSchema = z.object({
  schema: sources,
  documents: sources.optional(),
  plugins: z.array(z.string()),
  config: z.record(z.string(), z.unknown()),
});
const configSchema = z.object({ generates: z.record(z.string(), outputSchema) });

/** One generated file: where it goes and what it is made of. */
export interface Output {
  readonly path: string;
  readonly settings: z.infer<typeof outputSchema>;
}

/** The outputs of codegen.yml whose sources exist and whose path contains one of `only` (all when empty), with the mappers of their features. */
export function readOutputs(root: string, only: readonly string[]): Output[] {
  const text = readFileSync(join(root, 'codegen.yml'), 'utf8');
  const { generates } = configSchema.parse(parse(text, { merge: true }));
  return Object.entries(generates)
    .filter(([path]) => only.length === 0 || only.some((part) => path.includes(part)))
    .filter(([path, { schema, documents }]) => hasSources(root, path, documents ?? schema))
    .map(([path, settings]) => ({ path, settings: withMappers(root, path, settings) }));
}

/** The shared schema alone makes no subgraph. */
function hasSources(root: string, path: string, patterns: z.infer<typeof sources>): boolean {
  const own = `${dirname(dirname(path))}/`;
  return globSync(patterns, { cwd: root }).some((file) => file.startsWith(own));
}

function withMappers(root: string, path: string, settings: Output['settings']): Output['settings'] {
  if (settings.documents) return settings;
  const shared = z.record(z.string(), z.string()).parse(settings.config['mappers'] ?? {});
  const mappers = { ...shared, ...findMappers(root, dirname(dirname(path))) };
  return { ...settings, config: { ...settings.config, mappers } };
}

import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Generated } from './generate.ts';
import { operationSources } from './operation-sources.ts';

/** Where the gateway finds what clients may send. */
export const manifestFolder = 'schema/persisted-documents';

const clientSchema = z.strictObject({
  name: z.string().regex(/^[a-z-]+$/),
  version: z.string().regex(/^\d+(\.\d+)*$/),
});

/**
 * The documents of every client that says its name and version in a `client.json`, as a file for each version: from the SHA-256 of a text to
 * the text. A file only grows: what was in it may be out in the world. A release that wants to begin anew raises its version, and the old
 * version keeps working until its file is deleted.
 */
export function generateManifests(root: string): Generated[] {
  return globSync(['e2e/operations/*/client.json', 'clients/*/client.json'], { cwd: root })
    .toSorted()
    .map((path) => {
      const { name, version } = clientSchema.parse(JSON.parse(readFileSync(join(root, path), 'utf8')));
      const target = `${manifestFolder}/${name}-v${version}.json`;
      const documents = { ...released(join(root, target)), ...written(join(root, dirname(path))) };
      const sorted = Object.fromEntries(Object.entries(documents).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      return { path: target, content: `${JSON.stringify(sorted, null, 2)}\n` };
    });
}

function released(path: string): Record<string, string> {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}

/** Each operation with its fragments, and each file as a whole for clients that send it with the name of an operation. */
function written(folder: string): Record<string, string> {
  const texts = globSync('**/*.graphql', { cwd: folder })
    .toSorted()
    .flatMap((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      return [text, ...operationSources(text).values()];
    });
  return Object.fromEntries(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]));
}

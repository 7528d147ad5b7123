import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string().min(1));

/**
 * The documents that clients were released with: every `<client>-v<version>.json` of the folder, each from the SHA-256 of a text to the text. A
 * version is retired by deleting its file. Throws when a file is no manifest.
 */
export async function readManifests(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const manifests = await Promise.all(
    files.map(async (name) => manifestSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
  return manifests.flatMap((manifest) => Object.values(manifest));
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateOutputs } from './codegen/generate.ts';
import { generateManifests } from './codegen/manifests.ts';

/**
 * Generates the resolver types of the subgraphs, the typed documents of the clients and the list of what they may send: `codegen.ts [--check] [part of a path …]`.
 * With `--check` nothing is written; a file that differs from what would be generated is named, and the exit code is 1.
 */
const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const checking = args.includes('--check');

try {
  const only = args.filter((arg) => !arg.startsWith('--'));
  const manifests = generateManifests(root).filter(
    ({ path }) => only.length === 0 || only.some((part) => path.includes(part)),
  );
  const outputs = [...(await generateOutputs(root, only)), ...manifests];
  const stale = outputs.filter(({ path, content }) => readIfThere(join(root, path)) !== content);
  for (const { path, content } of stale) {
    console.log(checking ? `${path} is not what codegen makes: run npm run codegen` : `${path} written`);
    if (checking) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  console.log(`${outputs.length} generated files, ${stale.length} ${checking ? 'stale' : 'changed'}`);
  if (checking && stale.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

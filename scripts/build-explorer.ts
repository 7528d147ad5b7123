import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'explorer');
const output = join(source, 'dist');
const marker = join(output, 'built-from');

/**
 * Bundles the Explorer into explorer/dist unless what is there was built from the same sources and the same packages.
 * Returns whether it had to build.
 */
export async function buildExplorer(): Promise<boolean> {
  const fingerprint = await fingerprintOfSources();
  if ((await readFile(marker, 'utf8').catch(() => null)) === fingerprint) return false;

  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const settings: BuildOptions = {
    outdir: output,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
  };
  await Promise.all([
    build({
      ...settings,
      entryPoints: { main: join(source, 'src/main.tsx') },
      jsx: 'automatic',
      loader: { '.graphql': 'text', '.ttf': 'file', '.woff': 'file', '.woff2': 'file' },
      publicPath: '/explorer/',
    }),
    build({
      ...settings,
      entryPoints: {
        'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
        'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
        'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
      },
    }),
    copyFile(join(source, 'index.html'), join(output, 'index.html')),
    copyFile(join(source, 'icon.svg'), join(output, 'icon.svg')),
  ]);
  await writeFile(marker, fingerprint);
  return true;
}

async function fingerprintOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const names = await readdir(source, { recursive: true, withFileTypes: true });
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(output))
    .toSorted();
  for (const file of [...files, join(root, 'package-lock.json'), fileURLToPath(import.meta.url)]) {
    hash.update(file.slice(root.length)).update(await readFile(file));
  }
  return hash.digest('hex');
}

if (import.meta.main) {
  const built = await buildExplorer();
  console.log(built ? 'The Explorer was bundled into explorer/dist.' : 'The Explorer is up to date.');
}

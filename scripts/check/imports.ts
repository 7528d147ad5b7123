import { stripTypeScriptTypes } from 'node:module';
import { dirname, posix } from 'node:path';
import { init, parse } from 'es-module-lexer';

/** One import, re-export or `import()` of a file. */
export interface Import {
  /** A path from the repository's root (`kit/money/money.ts`), or a package's name (`mongoose`, `node:fs`). */
  readonly target: string;
  /** True when it is gone once the types are stripped. */
  readonly typeOnly: boolean;
}

// Type-only imports vanish with the types, so the lexer never sees them.
const typeImport = /^\s*(?:import|export)\s+type\s[^'";]*?from\s*['"]([^'"]+)['"]/gm;
const inlineTypeImport = /\bimport\(\s*['"]([^'"]+)['"]\s*\)\s*\./g;

/** All imports of a TypeScript file, in no particular order; `path` is from the repository's root. */
export async function importsOf(path: string, source: string): Promise<Import[]> {
  await init();
  const [atRunTime] = parse(stripTypeScriptTypes(source, { mode: 'strip' }), path);
  const values = atRunTime.flatMap(({ specifier }) => (specifier == null ? [] : [specifier]));
  const types = [typeImport, inlineTypeImport].flatMap((pattern) =>
    [...source.matchAll(pattern)].map((match) => match[1] ?? ''),
  );
  return [
    ...values.map((specifier) => ({ target: resolve(path, specifier), typeOnly: false })),
    ...types
      .filter((specifier) => !values.includes(specifier))
      .map((specifier) => ({ target: resolve(path, specifier), typeOnly: true })),
  ];
}

function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier);
  if (specifier.startsWith('#kit/')) return specifier.slice(1);
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

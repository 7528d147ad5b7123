import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { operationSources } from '../../scripts/codegen/operation-sources.ts';
import type { TypedDocumentString } from '../__generated__/operations.ts';

/** A document that a client sends, with the types of its answer and its variables. */
export type Document<Data, Variables> = TypedDocumentString<Data, Variables>;

const folder = fileURLToPath(new URL('../operations', import.meta.url));
const sources = read();

/** The names of all operations under e2e/operations. */
export const operationNames: readonly string[] = [...sources.keys()].toSorted();

/** The name of the operation in a generated document. */
export function nameOf(document: Document<unknown, never>): string {
  const name = /^\s*(?:query|mutation)\s+(\w+)/.exec(document.toString())?.[1];
  if (name === undefined) throw new Error(`Not a named operation: ${document.toString().slice(0, 80)}`);
  return name;
}

/** The operation as it is written in e2e/operations, to the letter, followed by the fragments that it needs. */
export function sourceOf(name: string): string {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`No operation ${name} under e2e/operations; run npm run codegen?`);
  return source;
}

function read(): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of globSync('**/*.graphql', { cwd: folder }).toSorted()) {
    for (const [name, source] of operationSources(readFileSync(`${folder}/${path}`, 'utf8'))) {
      if (found.has(name)) throw new Error(`${path}: a second operation is called ${name}`);
      found.set(name, source);
    }
  }
  return found;
}

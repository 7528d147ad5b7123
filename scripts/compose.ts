import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Supergraph } from '@apollo/federation-internals';
import { breakingChanges } from './compose/breaking-changes.ts';
import { composeGraph, type Graph } from './compose/compose-graph.ts';
import { committedAt, outputFiles, supergraphPath } from './compose/output-files.ts';
import { invalidDocuments, readRegisteredDocuments } from './compose/registered-documents.ts';
import { readSubgraphs } from './compose/subgraph-sdl.ts';

/**
 * Composes the subgraphs into the graph: `compose.ts [--check] [--since=<git ref>]`.
 * Prints the schema files, or with `--check` compares them with what is there. Fails, one line per problem, when composition fails, a file is
 * stale, a registered client document is invalid, or a breaking change since the ref (HEAD) concerns one.
 */
const root = join(import.meta.dirname, '..');
const checking = process.argv.includes('--check');
const since = process.argv.find((arg) => arg.startsWith('--since='))?.slice('--since='.length) ?? 'HEAD';

try {
  const subgraphs = readSubgraphs(root);
  const graph = composeGraph(subgraphs);
  const registered = readRegisteredDocuments(root);
  const problems = [...invalidDocuments(graph.api, registered), ...(await usedBreaks(graph))];
  for (const { path, content } of outputFiles(subgraphs, graph)) {
    if (existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') === content) continue;
    if (checking) {
      problems.push(`${path} is not what composition makes: run npm run compose`);
      continue;
    }
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    console.log(`${path} written`);
  }
  for (const problem of problems) console.error(problem);
  console.log(
    `${subgraphs.length} subgraphs composed, ${registered.length} folders of client documents, ${problems.length} problems`,
  );
  if (problems.length > 0) process.exitCode = 1;

  async function usedBreaks({ api }: Graph): Promise<string[]> {
    const before = committedAt(root, since, supergraphPath);
    if (before === null) return [];
    const changes = await breakingChanges(Supergraph.build(before).apiSchema().toGraphQLJSSchema(), api, registered);
    for (const { message, used } of changes)
      if (!used) console.log(`breaking, but no registered document uses it: ${message}`);
    return changes.filter(({ used }) => used).map(({ message }) => `breaks a registered document: ${message}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

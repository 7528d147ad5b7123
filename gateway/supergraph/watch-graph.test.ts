import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { eventually } from '#kit/testing/eventually.ts';
import type { PublishedGraph } from './read-graph.ts';
import { watchGraph, type GraphWatch } from './watch-graph.ts';

const everyMs = 40;
let schemaDir: string;
let watch: GraphWatch;
let taken: PublishedGraph[];
let logged: string[];
let refuses = false;

const write = (file: string, text: string) => writeFile(join(schemaDir, file), text);
beforeEach(async () => {
  schemaDir = await mkdtemp(join(tmpdir(), 'fullchain-graph-'));
  await mkdir(join(schemaDir, 'persisted-documents'));
  await write('supergraph.graphql', 'first');
  await write('access-rules.json', '{}');
  await write('cache-hints.json', '{}');
  taken = [];
  logged = [];
  refuses = false;
  watch = await watchGraph({
    schemaDir,
    everyMs,
    log: pino(
      { level: 'info' },
      { write: (line: string) => void logged.push((JSON.parse(line) as { msg: string }).msg) },
    ),
    async take(graph) {
      taken.push(graph);
      if (refuses) throw new Error('it does not load');
    },
  });
});
afterEach(async () => {
  await watch.stop();
  await rm(schemaDir, { recursive: true, force: true });
});

test('files that stay as they were are left alone', async () => {
  await pause(5 * everyMs);
  expect(taken).toEqual([]);
});

test('a new graph is taken once, with its rules, hints and documents, when its files have settled', async () => {
  const rules = { 'Query.product': { kind: 'PUBLIC' } };
  const hash = 'a'.repeat(64);
  for (const supergraph of ['sec', 'second']) {
    await write('supergraph.graphql', supergraph);
    await pause(everyMs / 4);
  }
  await write('access-rules.json', JSON.stringify(rules));
  await write('cache-hints.json', '{"Money":"INHERITED"}');
  await write('persisted-documents/web.json', JSON.stringify({ [hash]: '{ product }' }));
  await eventually(async () => expect(taken.length).toBeGreaterThan(0));
  await pause(5 * everyMs);
  expect(taken.at(-1)).toEqual({
    supergraphSdl: 'second',
    accessRules: rules,
    cacheHints: { Money: 'INHERITED' },
    documents: ['{ product }'],
  });
  expect(taken).toHaveLength(1);
});

test('a graph that is refused is told of once and not tried again until it changes', async () => {
  refuses = true;
  await write('supergraph.graphql', 'broken');
  await eventually(async () => expect(taken).toHaveLength(1));
  await pause(5 * everyMs);
  expect(logged).toEqual(['a new graph was refused, the one before is served on']);
  refuses = false;
  await write('supergraph.graphql', 'mended!');
  await eventually(async () => expect(logged.at(-1)).toBe('a new graph is served'));
  expect(taken.map(({ supergraphSdl }) => supergraphSdl)).toEqual(['broken', 'mended!']);
});

test('files that cannot be read are a refusal as well', async () => {
  await write('access-rules.json', '{ "Query.pro');
  await eventually(async () => expect(logged).toEqual(['a new graph was refused, the one before is served on']));
  expect(taken).toEqual([]);
});

test('an operator can have it read at once', async () => {
  await watch.readNow();
  expect(taken.map(({ supergraphSdl }) => supergraphSdl)).toEqual(['first']);
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { createTinyOrder, createTinyProduct } from '#kit/subgraph/fixtures/tiny-subgraphs.ts';
import { composeTinySupergraph, tinyAccessRules, tinyCacheHints } from '#kit/subgraph/fixtures/tiny-supergraph.ts';
import type { CreateApp } from '#kit/subgraph/wiring.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startAllInOne, type AllInOne } from './all-in-one.ts';

const db = testDatabase();
const load = (createApp: CreateApp) => async () => ({ createApp });
const options = {
  mongoUri: db.uri,
  databasePrefix: db.name,
  port: 0,
  host: '127.0.0.1',
  secrets: ['the secret of this process, long enough'],
  log: pino({ level: 'silent' }),
  env: {},
  demo: true,
};
const tiny = { supergraphSdl: composeTinySupergraph(), accessRules: tinyAccessRules(), cacheHints: tinyCacheHints() };

afterAll(async () => {
  const connection = await mongoose.createConnection(db.uri).asPromise();
  for (const name of ['product', 'order']) await connection.useDb(`${db.name}_${name}`).dropDatabase();
  await connection.close();
});

describe('everything in one process', () => {
  let graph: AllInOne;
  beforeAll(async () => {
    const apps = { product: load(createTinyProduct), order: load(createTinyOrder) };
    graph = await startAllInOne({ ...options, instead: { apps, graph: tiny } });
  });
  afterAll(() => graph?.stop());

  test('answers through the gateway once it has started', async () => {
    const response = await fetch(`http://127.0.0.1:${graph.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ product(id: "prd_cup") { title } __schema { queryType { name } } }' }),
    });
    expect(await response.json()).toEqual({
      data: { product: { title: 'prd_cup' }, __schema: { queryType: { name: 'Query' } } },
    });
    expect(Object.keys(graph.subgraphs).toSorted()).toEqual(['order', 'product']);
  });

  test('is ready while its subgraphs are', async () => {
    const response = await fetch(`http://127.0.0.1:${graph.port}/readyz`);
    expect(await response.json()).toEqual({ status: 'ready', checks: { product: true, order: true } });
  });
});

test('a subgraph that cannot start stops those that did', async () => {
  let stopped = false;
  const product: CreateApp = async (wiring) => {
    const subgraph = await createTinyProduct(wiring);
    return {
      ...subgraph,
      async stop() {
        await subgraph.stop();
        stopped = true;
      },
    };
  };
  const order: CreateApp = () => Promise.reject(new Error('no settings'));
  const starting = startAllInOne({
    ...options,
    instead: { apps: { product: load(product), order: load(order) }, graph: tiny },
  });
  await expect(starting).rejects.toThrow('no settings');
  expect(stopped).toBe(true);
});

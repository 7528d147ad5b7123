import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { generateOutputs } from './generate.ts';
import { findMappers } from './mappers.ts';

const repository = join(import.meta.dirname, '..', '..');
const root = mkdtempSync(join(tmpdir(), 'codegen-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

beforeEach(() => {
  rmSync(join(root, 'subgraphs'), { recursive: true, force: true });
  cpSync(join(repository, 'codegen.yml'), join(root, 'codegen.yml'));
  cpSync(join(repository, 'schema', 'shared'), join(root, 'schema', 'shared'), { recursive: true });
  write(
    'subgraphs/product/brand/brand.graphql',
    'type Brand { id: ID! price: Money! since: DateTime! } type Query { brand: Brand @public }',
  );
  write('subgraphs/product/brand/brand.mappers.ts', 'export interface BrandMapper { readonly _id: string }\n');
});

test('a subgraph gets its resolver types, with the mappers of its features and of the kit', async () => {
  const [output, ...others] = await generateOutputs(root, ['product']);
  expect([output?.path, others]).toEqual(['subgraphs/product/__generated__/types.ts', []]);
  for (const line of [
    "import type { BrandMapper } from '../brand/brand.mappers.ts';",
    "import type { Money as MoneyParent } from '#kit/money/money.ts';",
    "import type { Context } from '../context.ts';",
    '  Brand: ResolverTypeWrapper<BrandMapper>;',
    '  DateTime: { input: Date; output: Date; }',
    '  Money: ResolverTypeWrapper<MoneyParent>;',
    '  UserError: ResolverTypeWrapper<UserErrorParent>;',
  ]) {
    expect(output?.content).toContain(line);
  }
});

test('a subgraph without a schema of its own gets nothing', async () => {
  expect(await generateOutputs(root, ['member'])).toEqual([]);
});

test('a type that two features map is refused', () => {
  write('subgraphs/product/catalogue/brand.mappers.ts', 'export type BrandMapper = string;\n');
  expect(() => findMappers(root, 'subgraphs/product')).toThrow('BrandMapper is exported twice');
});

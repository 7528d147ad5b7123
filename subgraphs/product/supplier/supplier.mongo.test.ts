import { describe, expect, test } from '@jest/globals';
import type { SkuFacts } from '#kit/neighbours/product.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { loadProducts, productToLoad } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const graph = testSubgraph(testDatabase());

interface Supplier {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly status: string;
}
interface Payload {
  readonly supplier: Supplier | null;
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] }[];
}

const reader: Viewer = { ...merchandiser, scopes: ['order:read'] };
const catalogPartner: Viewer = { ...shopper(), kind: 'PARTNER', id: 'ptn_1', scopes: ['partner:catalog'] };
const errors =
  'userErrors { __typename code path ... on SupplierCodeTakenError { supplierCode } ... on InvalidStateError { state } }';
let made = 0;
const newCode = () => `S-${(made += 1)}`;

async function change(name: string, input: object, viewer = merchandiser): Promise<Payload> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${name}(input: $input) { supplier { id code name status } ${errors} } }`;
  return (await graph.ask<Record<string, Payload>>(viewer, document, { input }))[name] as Payload;
}

async function aSupplier(name = '唐记茶业'): Promise<Supplier> {
  const { supplier } = await change('createSupplier', { code: newCode(), name });
  if (supplier === null) throw new Error('the supplier was refused');
  return supplier;
}

const supplierOf = async (productId: string, viewer = merchandiser) => {
  const query =
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { supplier { code name } } } }';
  const of = [{ __typename: 'Product', id: productId }];
  const answer = await graph.ask<{ _entities: { supplier: unknown }[] }>(viewer, query, { of });
  return answer._entities[0]?.supplier;
};

const assign = (productId: string, supplierCode: string | null) => {
  const document = `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { id } ${errors} } }`;
  return graph.ask(merchandiser, document, { input: { productId, supplierCode } });
};

describe('a supplier', () => {
  test('is created under a code of its own, renamed, and archived for good', async () => {
    const code = newCode();
    const { supplier } = await change('createSupplier', { code, name: '唐记' });
    expect(supplier).toEqual({ id: expect.stringMatching(/^sup_/), code, name: '唐记', status: 'ACTIVE' });
    const supplierId = supplier?.id;
    expect(await change('renameSupplier', { supplierId, name: '唐记茶业' })).toEqual({
      supplier: { id: supplierId, code, name: '唐记茶业', status: 'ACTIVE' },
      userErrors: [],
    });
    for (let twice = 0; twice < 2; twice += 1)
      expect((await change('archiveSupplier', { supplierId })).supplier).toMatchObject({ status: 'ARCHIVED' });
    expect(await change('renameSupplier', { supplierId, name: '宋窑' })).toMatchObject({
      supplier: null,
      userErrors: [{ code: 'INVALID_STATE', state: 'ARCHIVED', path: ['supplierId'] }],
    });
  });

  test.each([
    ['a code in small letters', { code: 'tang', name: '唐' }, ['code']],
    ['a code of one character', { code: 'T', name: '唐' }, ['code']],
    ['an empty name', { code: 'TANG', name: ' ' }, ['name']],
    ['a name of 101 characters', { code: 'TANG', name: '唐'.repeat(101) }, ['name']],
  ])('is refused with %s', async (_what, input, path) => {
    expect(await change('createSupplier', input)).toMatchObject({
      supplier: null,
      userErrors: [{ code: 'INVALID_INPUT', path }],
    });
  });

  test('that is created eight times in one moment is there once, and the others hear whose code it is', async () => {
    const code = newCode();
    const names = [1, 2, 3, 4, 5, 6, 7, 8].map((nth) => `供应商${nth}`);
    const answers = await Promise.all(names.map((name) => change('createSupplier', { code, name })));
    const [winner, ...none] = answers.flatMap(({ supplier }) => supplier ?? []);
    expect([winner?.code, none]).toEqual([code, []]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual(
      Array.from({ length: 7 }, () => ({
        __typename: 'SupplierCodeTakenError',
        code: 'SUPPLIER_CODE_TAKEN',
        path: ['code'],
        supplierCode: code,
      })),
    );
  });

  test('that is renamed while it is archived has its new name or is refused it, and is archived', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id: supplierId, code } = await aSupplier('旧名');
      const [renamed] = await Promise.all([
        change('renameSupplier', { supplierId, name: '新名' }),
        change('archiveSupplier', { supplierId }),
      ]);
      const { supplier } = await change('archiveSupplier', { supplierId });
      expect(supplier).toEqual({ id: supplierId, code, name: renamed.supplier ? '新名' : '旧名', status: 'ARCHIVED' });
    }
  });

  test('that there is not is not found', async () => {
    const nobody = { supplierId: 'sup_none' };
    for (const [name, input] of [
      ['renameSupplier', { ...nobody, name: '唐' }],
      ['archiveSupplier', nobody],
    ] as const)
      expect((await change(name, input)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['supplierId'] }]);
  });

  test('is for those who may write the catalogue to change, and to list for those who work on goods, stock or orders', async () => {
    const create = 'mutation { createSupplier(input: { code: "NO", name: "否" }) { supplier { id } } }';
    for (const viewer of [shopper(), reader, catalogPartner])
      expect(await graph.errorCodes(viewer, create)).toEqual([
        viewer.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN',
      ]);
    await Promise.all([aSupplier(), aSupplier(), aSupplier()]);
    type Listed = {
      suppliers: { nodes: Supplier[]; totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean } };
    };
    const list = `query ($after: String) {
      suppliers(first: 2, after: $after) { nodes { id code } totalCount pageInfo { endCursor hasNextPage } }
    }`;
    const codes: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { suppliers }: Listed = await graph.ask<Listed>(reader, list, { after });
      codes.push(...suppliers.nodes.map(({ code }) => code));
      after = suppliers.pageInfo.endCursor;
      more = suppliers.pageInfo.hasNextPage;
      if (!more) expect(codes).toHaveLength(suppliers.totalCount);
    }
    expect(codes).toEqual(codes.toSorted());
    expect(await graph.errorCodes(catalogPartner, list)).toEqual(['FORBIDDEN']);
  });
});

describe('the supplier of a product', () => {
  test('is told to staff and partners, and to nobody else', async () => {
    const { code, id, name } = await aSupplier();
    const [product] = await loadProducts(graph, [productToLoad('tea', { supplierCode: code })]);
    const productId = product?.productId ?? '';
    for (const viewer of [merchandiser, reader, catalogPartner])
      expect(await supplierOf(productId, viewer)).toEqual({ code, name });
    const asked = 'query ($id: ID!) { product(id: $id) { supplier { code } } }';
    expect(await graph.errorCodes(shopper(), asked, { id: productId })).toEqual(['UNAUTHENTICATED']);
    const reference = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Supplier { code } } }';
    const of = [{ __typename: 'Supplier', id }];
    expect(await graph.ask(shopper(), reference, { of })).toEqual({ _entities: [null] });
    expect(await graph.ask(reader, reference, { of })).toEqual({ _entities: [{ code }] });
  });

  test('is known to the neighbours by its id, stays when the product is loaded again without one, and can be cleared', async () => {
    const { code, id } = await aSupplier();
    const load = async (change: object) => (await loadProducts(graph, [productToLoad('pot', change)]))[0];
    const product = await load({ supplierCode: code });
    const factsOf = async () => {
      const asked = { skuIds: [product?.skus[0]?.skuId], channel: 'web' };
      return ((await graph.call('/internal/skuFacts', asked)) as { skus: SkuFacts[] }).skus[0]?.supplierId;
    };
    expect(await factsOf()).toBe(id);
    await load({});
    expect(await factsOf()).toBe(id);
    expect(await assign(product?.productId ?? '', null)).toMatchObject({ updateProduct: { userErrors: [] } });
    expect(await factsOf()).toBeNull();
  });

  test('can be none that is unknown or archived, and stays when it is archived', async () => {
    const [gone, kept] = [await aSupplier(), await aSupplier()];
    const [product] = await loadProducts(graph, [productToLoad('cup', { supplierCode: kept.code })]);
    const productId = product?.productId ?? '';
    for (const { id: supplierId } of [gone, kept]) await change('archiveSupplier', { supplierId });
    expect(await assign(productId, 'NO-SUCH')).toMatchObject({
      updateProduct: { product: null, userErrors: [{ code: 'NOT_FOUND', path: ['supplierCode'] }] },
    });
    expect(await assign(productId, gone.code)).toMatchObject({
      updateProduct: { product: null, userErrors: [{ code: 'INVALID_STATE', state: 'ARCHIVED' }] },
    });
    expect(await supplierOf(productId)).toEqual({ code: kept.code, name: kept.name });
    const document = `mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } ${errors} } }`;
    const skus = [{ code: 'NEW-CUP', price: { amount: '1.00', currency: 'CNY' } }];
    const input = { title: '杯', skus, supplierCode: gone.code };
    expect(await graph.ask(merchandiser, document, { input })).toMatchObject({
      createProduct: { product: null, userErrors: [{ code: 'INVALID_STATE', path: ['supplierCode'] }] },
    });
  });

  test('can be changed on a product whose supplier was archived without naming it again', async () => {
    const { code, name, id: supplierId } = await aSupplier();
    const [product] = await loadProducts(graph, [productToLoad('pan', { supplierCode: code })]);
    await change('archiveSupplier', { supplierId });
    const document = `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { product { title } ${errors} } }`;
    const input = { productId: product?.productId, title: '平底锅' };
    expect(await graph.ask(merchandiser, document, { input })).toEqual({
      updateProduct: { product: { title: '平底锅' }, userErrors: [] },
    });
    expect(await supplierOf(product?.productId ?? '')).toEqual({ code, name });
  });
});

describe('suppliers that are loaded', () => {
  test('are created and renamed by code, all or none', async () => {
    const [first, second] = [newCode(), newCode()];
    const load = (suppliers: object[]) => graph.call('/internal/loadSuppliers', { suppliers });
    expect(await load([{ code: first, name: '一' }])).toEqual({ ok: true, value: { loaded: 1 } });
    const wrong = [
      { code: first, name: '壹' },
      { code: 'x', name: '二' },
    ];
    expect(await load(wrong)).toMatchObject({ ok: false, refusals: [{ path: ['suppliers', '1', 'code'] }] });
    expect(await change('createSupplier', { code: first, name: '一' })).toMatchObject({ supplier: null });
    const right = [
      { code: first, name: '壹' },
      { code: second, name: '二' },
    ];
    expect(await load(right)).toEqual({ ok: true, value: { loaded: 2 } });
    const [product] = await loadProducts(graph, [productToLoad('lamp', { supplierCode: first })]);
    expect(await supplierOf(product?.productId ?? '')).toEqual({ code: first, name: '壹' });
  });
});

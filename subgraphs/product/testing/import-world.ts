import type { TestDatabase } from '#kit/testing/test-database.ts';
import { NeighbourError } from '#kit/transport/transport.ts';
import { merchandiser, testSubgraph } from './test-subgraph.ts';

interface Receipt {
  readonly warehouseCode: string;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
  readonly idempotencyKey: string;
}

/** An import as a merchandiser sees it. */
export interface ImportedJob {
  readonly id: string;
  readonly status: string;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly productCount: number;
  readonly errors: readonly { readonly row: number; readonly code: string; readonly message: string }[];
}

interface Payload {
  readonly job: ImportedJob | null;
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] | null }[];
}

const jobFields = 'id status total succeeded failed productCount errors { row code message }';

/** The mutation that imports a file. */
export const importDocument = `mutation ($input: ImportProductsInput!) {
  importProducts(input: $input) {
    job { ${jobFields} }
    userErrors { __typename code message path ... on MalformedFileError { line } ... on MissingColumnError { column } }
  }
}`;

/** A shop beside one warehouse, `SH-01`, that remembers what it received. Call it at the top level of a `*.mongo.test.ts`. */
export function importWorld(database: TestDatabase) {
  const received = new Map<string, Receipt>();
  const warehouse = { isSilent: false };
  const graph = testSubgraph(database, {
    'logistics/warehouseByCode': ({ warehouseCode }: { warehouseCode: string }) => ({
      warehouse: warehouseCode === 'SH-01' ? { id: 'whs_1', code: 'SH-01' } : null,
    }),
    'logistics/receiveStock': (receipt: Receipt) => {
      if (warehouse.isSilent) throw new NeighbourError('TIMEOUT', 'logistics', 'silent in this test');
      received.set(receipt.idempotencyKey, receipt);
      return { ok: true, value: { received: receipt.lines.length } };
    },
  });
  return {
    graph,
    /** By key: a receipt that comes twice is one. */
    received,
    warehouse,
    /** Pieces received in all. */
    pieces: () => [...received.values()].flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0),
    count: (collection: string) => database.connection.collection(collection).countDocuments(),
    async importFile(content: string, input: object = {}): Promise<Payload> {
      const variables = { input: { format: 'CSV', content, ...input } };
      return (await graph.ask<{ importProducts: Payload }>(merchandiser, importDocument, variables)).importProducts;
    },
    async importJob(id: string | undefined): Promise<ImportedJob> {
      const document = `query ($id: ID!) { importJob(id: $id) { ${jobFields} } }`;
      return (await graph.ask<{ importJob: ImportedJob }>(merchandiser, document, { id })).importJob;
    },
  };
}

import type { productOperations } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';

/** Which SKUs there are, by the codes that staff use. */
export interface Skus {
  /** Ids by code; a code that no SKU has is absent. Throws NeighbourError when product can't be asked. */
  idsByCodes(codes: readonly string[], call: Call): Promise<Map<string, string>>;
}

const mostAtOnce = 500;

/** Asks the product subgraph, the owner of codes. */
export function createSkus(product: Pick<Neighbour<typeof productOperations>, 'skuFacts'>): Skus {
  return {
    async idsByCodes(codes, call) {
      const ids = new Map<string, string>();
      const wanted = [...new Set(codes)];
      for (let from = 0; from < wanted.length; from += mostAtOnce) {
        const input = { codes: wanted.slice(from, from + mostAtOnce), channel: call.viewer.channel };
        const { skus } = await product.skuFacts(input, { ...call, repeatable: true });
        for (const sku of skus) ids.set(sku.code, sku.skuId);
      }
      return ids;
    },
  };
}

import { busy } from '#kit/graphql/errors.ts';
import type { promotionOperations } from '#kit/neighbours/promotion.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import { NeighbourError, type Call } from '#kit/transport/transport.ts';
import type { PromotionScope } from '../domain/listing-query.ts';

/** Names nothing that there is: the scope of a promotion that isn't there. */
const nothing: PromotionScope = { productIds: [''], skuIds: [], categorySlugs: [], brandIds: [] };

/** What a promotion applies to, asked of its owner. An unknown promotion has a scope without any product; BUSY when promotion can't answer. */
export async function promotionScope(
  promotion: Neighbour<typeof promotionOperations>,
  promotionId: string,
  { viewer, requestId, signal }: Call,
): Promise<PromotionScope> {
  try {
    const { scope } = await promotion.promotionScope({ promotionId }, { viewer, requestId, signal, repeatable: true });
    return scope ?? nothing;
  } catch (error) {
    if (error instanceof NeighbourError) throw busy(1_000);
    throw error;
  }
}

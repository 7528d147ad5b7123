import { connectionOf, encodeCursor, pageOf, type ConnectionParent } from '#kit/connection/connection.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionFilter, PromotionStore } from '../store/promotions.ts';

/** A page of all promotions, newest first. BAD_USER_INPUT for a wrong page. */
export async function listPromotions(
  { promotions }: { promotions: PromotionStore },
  filter: PromotionFilter,
  args: { first?: number | null; after?: string | null },
  at: Date,
): Promise<ConnectionParent<Promotion>> {
  const page = pageOf(args);
  return connectionOf({
    ...page,
    rows: await promotions.list(filter, page, at),
    cursorOf: (promotion) => encodeCursor([promotion._id]),
    totalCount: () => promotions.count(filter, at),
  });
}

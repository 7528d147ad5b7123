import { connectionOf, encodeCursor, pageOf, type ConnectionParent } from '#kit/connection/connection.ts';
import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';
import { isHeldIn, type FlashSale } from '../domain/flash-sale.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';

/** A page of the channel's flash sales that are open or to come, those ending soonest first. BAD_USER_INPUT for a wrong page. */
export async function listFlashSales(
  { sales }: { sales: FlashSaleStore },
  channel: string,
  args: { first?: number | null; after?: string | null },
  at: Date,
): Promise<ConnectionParent<FlashSale>> {
  const page = pageOf(args);
  return connectionOf({
    ...page,
    rows: await sales.shown(channel, page, at),
    cursorOf: (sale) => encodeCursor([sale.endsAt, sale._id]),
    totalCount: () => sales.countShown(channel, at),
  });
}

/** The sale (or the item of one) if it is held in the viewer's channel, or the viewer runs promotions. */
export function visibleSale<Sale extends Pick<FlashSale, 'channels'>>(sale: Sale | null, viewer: Viewer): Sale | null {
  return sale && (isHeldIn(sale, viewer.channel) || hasScope(viewer, 'promotion:write')) ? sale : null;
}

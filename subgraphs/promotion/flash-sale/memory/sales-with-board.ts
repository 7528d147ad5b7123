import type { FlashSaleStore } from '../store/flash-sales.ts';
import type { ItemBoard } from './item-board.ts';

/** The store, telling the board what somebody reads and gives back here: its own process's acts a board knows before the stream does. */
export function salesWithBoard(sales: FlashSaleStore, board: Pick<ItemBoard, 'saw' | 'forget'>): FlashSaleStore {
  return {
    ...sales,
    async itemsByIds(ids, session = null) {
      const items = await sales.itemsByIds(ids, session);
      if (session === null) board.saw(items.values());
      return items;
    },
    async itemsBySale(saleIds) {
      const bySale = await sales.itemsBySale(saleIds);
      for (const items of bySale.values()) board.saw(items);
      return bySale;
    },
    async returnUnits(session, itemId, quantity) {
      await sales.returnUnits(session, itemId, quantity);
      board.forget(itemId);
    },
  };
}

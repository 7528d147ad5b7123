import type { Change, ChangeFeed } from '#kit/change-feed/change-feed.ts';
import type { ItemBoard, ItemChange } from './item-board.ts';

/** Tells the board what changes of flash-sale items, whoever changes it. */
export function followFlashItems(feed: Pick<ChangeFeed, 'follow'>, board: ItemBoard): void {
  feed.follow('flashSaleItems', {
    live: board.live,
    changed: (change) => board.changed(change.id, changeOf(change)),
    lost: board.lost,
  });
}

/** Units that were sold or came back; anything else is unknown. */
function changeOf({ updated }: Change): ItemChange {
  const remaining = updated?.['remaining'];
  return typeof remaining === 'number' && Object.keys(updated ?? {}).length === 1 ? { remaining } : null;
}

import type { Connection, mongo } from 'mongoose';
import type { Logger } from 'pino';
import { pause } from '#kit/lease/pause.ts';
import type { FlashSaleItem } from '../domain/flash-sale.ts';
import type { ItemChange } from '../memory/item-board.ts';

/** Who wants to know what changes of flash-sale items, whoever changes it. */
export interface ItemChangeListener {
  /** From now on every change is told. */
  live(): void;
  changed(itemId: string, change: ItemChange): void;
  /** Changes may be missed until the next `live`. */
  lost(): void;
}

const retryMs = 200;

/** Follows the changes of flash-sale items by a change stream, again and again until it is stopped. */
export function followFlashItems(
  connection: Connection,
  listener: ItemChangeListener,
  log: Pick<Logger, 'warn'>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();

  async function follow(): Promise<void> {
    const client = connection.getClient();
    const stream = client
      .db(connection.name)
      .collection<FlashSaleItem>('flashSaleItems')
      .watch([{ $project: { operationType: 1, documentKey: 1, 'updateDescription.updatedFields': 1 } }], {
        maxAwaitTimeMS: 1_000,
      });
    const ended = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        stopping.signal.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
        stream.once('error', reject);
        stream.once('close', resolve);
        // The cursor's first answer says that every later change will be seen.
        stream.once('resumeTokenChanged', () => listener.live());
        stream.on('change', (change) => tell(change));
      });
    } finally {
      ended.abort();
      listener.lost();
      await stream.close();
    }
  }

  function tell(change: mongo.ChangeStreamDocument<FlashSaleItem>): void {
    // A dropped collection, or database: the stream ends by itself.
    if (!('documentKey' in change)) return;
    listener.changed(String(change.documentKey._id), changeOf(change));
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await follow().catch((error: unknown) => {
        if (!stopping.signal.aborted)
          log.warn({ err: error }, 'flash-sale items can’t be followed, asking the database');
      });
      await pause(retryMs, stopping.signal);
    }
  }

  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/** Units that were sold or came back; anything else is unknown. */
function changeOf(change: mongo.ChangeStreamDocument<FlashSaleItem>): ItemChange {
  if (change.operationType !== 'update') return null;
  const fields = change.updateDescription.updatedFields ?? {};
  const { remaining } = fields;
  return typeof remaining === 'number' && Object.keys(fields).length === 1 ? { remaining } : null;
}

import { setTimeout as pause } from 'node:timers/promises';
import { CreatePresaleDocument } from '../../__generated__/operations.ts';
import type { Shop } from '../../world/shop.ts';
import { hoursAfter, yuan } from '../../world/unique.ts';
import { askUntilAnswered, type Answers } from './ask-until-answered.ts';

/** Presales that follow each other, so that all the time deposits are paid for one and the balances of another fall due. */
export interface Presales {
  /** The one whose deposits are open; null while there is none. */
  current(): string | null;
  /** Settles when no more will come; before that it goes on until told. */
  readonly ended: Promise<void>;
}

/** How long deposits are open, milliseconds; balances follow at once. */
const depositsMs = 25_000;
/** Much longer than anybody shops: no balance is over while the books are compared. Hours. */
const balanceHours = 12;

/** Staff put one presale after the other on sale until the shop closes. */
export function keepPresalesComing(shop: Shop, skuId: string, answers: Answers, closing: AbortSignal): Presales {
  let current: string | null = null;
  async function putOneOnSale(): Promise<void> {
    const now = new Date();
    const depositTo = new Date(now.getTime() + depositsMs);
    const input = {
      ...{ skuId, price: yuan('45.00'), deposit: yuan('5.00'), quota: 1_000, ifUnpaid: 'FORFEIT' as const },
      ...{ depositFrom: hoursAfter(now, -1), depositTo: depositTo.toISOString(), balanceFrom: depositTo.toISOString() },
      ...{ balanceTo: hoursAfter(now, balanceHours), shipsAfter: hoursAfter(now, balanceHours) },
    };
    const answer = await askUntilAnswered(answers, 'CreatePresale', () =>
      shop.staff.send(CreatePresaleDocument, { input }),
    );
    current = answer?.createPresale.presale?.id ?? null;
  }
  return {
    current: () => current,
    ended: (async () => {
      while (!closing.aborted) {
        await putOneOnSale();
        await pause(depositsMs, undefined, { signal: closing }).catch(() => undefined);
      }
    })(),
  };
}

import type { Session, TransactOutcome } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { cancelled, ended, type Presale } from '../domain/presale.ts';
import type { PresaleStore } from '../store/presales.ts';

interface ClosePresaleNeeds {
  readonly presales: PresaleStore;
  readonly transact: TransactOutcome;
}

/** Takes no more deposits from now on. What was ordered goes on as agreed; an order that is being placed has its units before, or is refused. */
export function endPresale(needs: ClosePresaleNeeds, presaleId: string, at: Date): Promise<Outcome<Presale>> {
  return close(needs, presaleId, (presale) => ended(presale, at));
}

/** Calls a presale off: order is told, and gives all deposits back whose balance isn't paid. */
export function cancelPresale(
  needs: ClosePresaleNeeds & { readonly outbox: Outbox },
  presaleId: string,
  at: Date,
): Promise<Outcome<Presale>> {
  return close(
    needs,
    presaleId,
    (presale) => cancelled(presale, at),
    (session) =>
      needs.outbox.append(session, [
        { name: 'presale.cancelled', aggregateId: presaleId, version: 2, at, payload: { presaleId } },
      ]),
  );
}

/** Writes what was decided, and tells of it, in one transaction; nothing when nothing has changed. */
async function close(
  { presales, transact }: ClosePresaleNeeds,
  presaleId: string,
  decide: (presale: Presale) => Outcome<Presale>,
  tell?: (session: Session) => Promise<unknown>,
): Promise<Outcome<Presale>> {
  return transact(async (session) => {
    const presale = (await presales.byIds([presaleId], session)).get(presaleId);
    if (presale === undefined) return refused(notFound(['presaleId'], 'presale'));
    const decided = decide(presale);
    if (!decided.ok || decided.value === presale) return decided;
    await presales.close(session, decided.value);
    await tell?.(session);
    return accepted(decided.value);
  });
}

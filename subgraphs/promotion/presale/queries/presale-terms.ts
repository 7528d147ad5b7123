import { isHeldIn } from '../../flash-sale/domain/flash-sale.ts';
import type { Presale } from '../domain/presale.ts';
import type { PresaleStore } from '../store/presales.ts';

/** What an order in this channel agrees to; null when there is no such presale. Units are taken by locking. */
export async function presaleTerms(
  { presales }: { readonly presales: Pick<PresaleStore, 'known'> },
  presaleId: string,
  channel: string,
): Promise<Presale | null> {
  const presale = await presales.known(presaleId);
  return presale !== null && isHeldIn(presale, channel) ? presale : null;
}

import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { FlashSale } from '../domain/flash-sale.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';

/** Ends a flash sale before its time. Tickets that were given stay; one that is being taken at this moment is either taken before or refused. */
export async function endFlashSale(
  { sales }: { readonly sales: FlashSaleStore },
  flashSaleId: string,
  at: Date,
): Promise<Outcome<FlashSale>> {
  const sale = await sales.end(flashSaleId, at);
  return sale ? accepted(sale) : refused(notFound(['flashSaleId'], 'flashSale'));
}

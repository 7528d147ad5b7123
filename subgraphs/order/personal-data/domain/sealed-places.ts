import { placeOfReason, type AfterSale } from '../../after-sale/domain/after-sale.ts';
import type { Invoice } from '../../invoice/domain/invoice.ts';
import type { Order } from '../../order/domain/order.ts';

/** Something sealed in a stored row. */
export interface SealedText {
  /** Where in the row: `address.sealed`, `staffNotes.0.text`. */
  readonly path: string;
  readonly sealed: string;
  /** As it was sealed: see {@link createOrderPrivacy}. */
  readonly field: string;
  readonly of: string;
}

/** All that an order says of a person, where it stands. */
export function sealedInOrder({ _id, ...order }: Order): SealedText[] {
  const { address, note, hold, cancellation, addressChange, staffNotes = [] } = order;
  const said = cancellation?.actor === 'system' ? null : cancellation;
  const reason = { path: 'cancellation.reason', sealed: said?.reason };
  return written([
    { path: 'address.sealed', sealed: address.sealed, field: 'orders.address', of: _id },
    { path: 'addressChange.address.sealed', sealed: addressChange?.address.sealed, field: 'orders.address', of: _id },
    { path: 'note', sealed: note, field: 'orders.note', of: _id },
    { path: 'hold.reason', sealed: hold?.reason, field: 'orders.hold', of: _id },
    // An after-sale that was granted by a cancellation lends it its reason.
    said?.afterSaleId == null
      ? { ...reason, field: 'orders.cancellation', of: said?.id ?? '' }
      : { ...reason, field: 'afterSales.reason', of: said.afterSaleId },
    ...staffNotes.map(({ id, text }, index) => ({
      ...{ path: `staffNotes.${index}.text`, sealed: text },
      ...{ field: 'orders.staffNotes', of: id },
    })),
  ]);
}

/** All that an after-sale says of a person. */
export function sealedInAfterSale({ _id: of, reason, refusal, parcel, receipts = [] }: AfterSale): SealedText[] {
  return written([
    { path: 'reason', sealed: reason, field: 'afterSales.reason', of },
    { path: 'refusal', sealed: refusal, field: 'afterSales.refusal', of },
    { path: 'parcel.sealed', sealed: parcel?.sealed, field: 'afterSales.parcel', of },
    ...receipts.flatMap((receipt, at) =>
      receipt.lines.map((line, index) => ({
        ...{ path: `receipts.${at}.lines.${index}.reason`, sealed: line.reason },
        ...{ field: 'afterSales.receipts', of: placeOfReason(receipt.id, line) },
      })),
    ),
  ]);
}

/** All that an invoice says of a person. */
export function sealedInInvoice({ _id: of, orderId, buyer, failure, redLetter }: Invoice): SealedText[] {
  const why = redLetter?.reissue === false ? redLetter.reason : null;
  return written([
    { path: 'buyer', sealed: buyer, field: 'invoices.buyer', of: orderId },
    { path: 'failure', sealed: failure, field: 'invoices.failure', of },
    { path: 'redLetter.reason', sealed: why, field: 'invoices.voidReason', of },
  ]);
}

/** Those that are there. */
function written(
  texts: readonly (Omit<SealedText, 'sealed'> & { readonly sealed: string | null | undefined })[],
): SealedText[] {
  return texts.flatMap(({ sealed, ...place }) => (sealed ? [{ ...place, sealed }] : []));
}

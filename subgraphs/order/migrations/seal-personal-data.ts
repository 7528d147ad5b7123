import type { Migration } from '#kit/mongo/migrations.ts';
import { sealStored } from '#kit/personal-data/seal-stored.ts';
import type { InvoiceBuyer } from '../invoice/domain/invoice.ts';
import type { OrderAddress, StaffNote } from '../order/domain/order.ts';
import type { OrderPrivacy } from '../personal-data/order-privacy.ts';

/** Rows as they were before, with what they say of people in the open. */
interface PlainOrder {
  _id: string;
  memberId: string | null;
  address: OrderAddress;
  note: string | null;
  staffNotes?: readonly StaffNote[];
  addressChange?: { readonly address: OrderAddress } | null;
}
interface PlainInvoice {
  _id: string;
  orderId: string;
  memberId: string;
  buyer: InvoiceBuyer | string;
}

/** Addresses, wishes and notes in orders, and the buyers of invoices, were stored in the open. */
export function sealPersonalData(privacy: OrderPrivacy): Migration {
  return {
    id: '2026-11-23-seal-personal-data',
    async up(connection) {
      const database = connection.getClient().db(connection.name);
      await sealStored(
        database.collection<PlainOrder>('orders'),
        { 'address.sealed': { $exists: false } },
        async (order) => {
          const { staffNotes, addressChange } = order;
          const change = addressChange && {
            addressChange: { ...addressChange, address: await privacy.sealAddress(order, addressChange.address) },
          };
          const notes = staffNotes && (await Promise.all(staffNotes.map((note) => privacy.sealNote(order, note))));
          return {
            set: { ...(await privacy.sealDelivery(order, order)), ...change, ...(notes && { staffNotes: notes }) },
          };
        },
      );
      await sealStored(
        database.collection<PlainInvoice>('invoices'),
        { 'buyer.kind': { $exists: true } },
        async ({ orderId, memberId, buyer }) => ({
          set: { buyer: await privacy.sealBuyer({ orderId, memberId }, buyer as InvoiceBuyer) },
        }),
      );
    },
  };
}

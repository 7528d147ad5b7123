import type { PersonalData, SealedPlace } from '#kit/personal-data/personal-data.ts';
import type { AfterSale, ReturnParcel, SealedParcel } from '../after-sale/domain/after-sale.ts';
import type { Invoice, InvoiceBuyer } from '../invoice/domain/invoice.ts';
import type {
  Delivery,
  Order,
  OrderAddress,
  SealedAddress,
  SealedDelivery,
  StaffNote,
  TimelineEntry,
} from '../order/domain/order.ts';

/** What tells whose key seals what an order says of a person: its member's, or its own when it came from elsewhere. */
type Whose = Pick<Order, '_id' | 'memberId'>;

/** The fields in which somebody writes about an order in their own words: they may name whom they are about. */
export type WordsField =
  | 'orders.hold'
  | 'orders.cancellation'
  | 'afterSales.reason'
  | 'afterSales.refusal'
  | 'afterSales.receipts'
  | 'invoices.voidReason'
  | 'invoices.failure';

/** Seals and opens what orders and invoices say of people. What is opened is null once the member was erased. @throws FORBIDDEN for sealing anything of theirs then. */
export type OrderPrivacy = ReturnType<typeof createOrderPrivacy>;

export function createOrderPrivacy(personalData: PersonalData) {
  const placeOf = ({ _id, memberId }: Whose, field: string, of = _id): SealedPlace => ({
    owner: memberId ?? _id,
    field,
    of,
  });
  // An order and its invoices belong together: one that is issued anew takes the buyer over as it is.
  const buyerPlace = ({ orderId, memberId }: Pick<Invoice, 'orderId' | 'memberId'>): SealedPlace => ({
    owner: memberId,
    field: 'invoices.buyer',
    of: orderId,
  });

  async function opened<T>(text: string, place: SealedPlace): Promise<T | null> {
    const found = await personalData.open(text, place);
    return found === null ? null : (JSON.parse(found) as T);
  }

  async function sealAddress(order: Whose, { region, ...rest }: OrderAddress): Promise<SealedAddress> {
    return { region, sealed: await personalData.seal(JSON.stringify(rest), placeOf(order, 'orders.address')) };
  }

  async function sealWish(order: Whose, wish: string | null): Promise<string | null> {
    return wish === null ? null : personalData.seal(JSON.stringify(wish), placeOf(order, 'orders.note'));
  }

  const wordsOf = (order: Whose, field: WordsField, of: string, words: string) =>
    opened<string>(words, placeOf(order, field, of));

  /** Why a person cancelled; an after-sale that was granted by it lends its reason. */
  async function cancellationWords(order: Order): Promise<string | null> {
    const { id, reason, afterSaleId } = order.cancellation ?? { id: '', reason: '', afterSaleId: null };
    if (reason === '') return null;
    return afterSaleId === null
      ? wordsOf(order, 'orders.cancellation', id, reason)
      : wordsOf(order, 'afterSales.reason', afterSaleId, reason);
  }

  return {
    /** Has a member's key ready, made when they have none: what is sealed for them soon waits for nothing then. */
    async prepare(memberId: string): Promise<void> {
      await personalData.prepare(memberId);
    },

    sealAddress,
    sealWish,

    /** What somebody wrote about an order, as it is stored; `of` is the id of what they wrote it about. */
    sealWords: (order: Whose, field: WordsField, of: string, words: string) =>
      personalData.seal(JSON.stringify(words), placeOf(order, field, of)),

    wordsOf,

    /** How the goods of an after-sale go back, as it is stored. */
    async sealParcel(order: Whose, afterSaleId: string, { sentAt, ...parcel }: ReturnParcel): Promise<SealedParcel> {
      return {
        sealed: await personalData.seal(JSON.stringify(parcel), placeOf(order, 'afterSales.parcel', afterSaleId)),
        sentAt,
      };
    },

    async parcelOf(order: Whose, { _id, parcel }: Pick<AfterSale, '_id' | 'parcel'>): Promise<ReturnParcel | null> {
      if (parcel === null) return null;
      const found = await opened<Omit<ReturnParcel, 'sentAt'>>(parcel.sealed, placeOf(order, 'afterSales.parcel', _id));
      return found && { ...found, sentAt: parcel.sentAt };
    },

    /** The timeline with why a person cancelled the order, in their words. */
    async timelineOf(order: Order): Promise<TimelineEntry[]> {
      const isCancelling = ({ status, actor }: TimelineEntry) => status === 'CANCELLED' && actor !== 'system';
      if (!order.timeline.some(isCancelling)) return [...order.timeline];
      const note = await cancellationWords(order);
      return order.timeline.map((entry) => (isCancelling(entry) ? { ...entry, note } : entry));
    },

    /** Where an order goes and what its shopper asks for, as they are stored. */
    async sealDelivery(order: Whose, { address, note }: Delivery): Promise<SealedDelivery> {
      const [sealedAddress, sealedNote] = await Promise.all([sealAddress(order, address), sealWish(order, note)]);
      return { address: sealedAddress, note: sealedNote };
    },

    async addressOf(order: Whose & Pick<Order, 'address'>): Promise<OrderAddress | null> {
      const { region, sealed: text } = order.address;
      const rest = await opened<Omit<OrderAddress, 'region'>>(text, placeOf(order, 'orders.address'));
      return rest && { ...rest, region };
    },

    async wishOf(order: Whose & Pick<Order, 'note'>): Promise<string | null> {
      return order.note === null ? null : opened<string>(order.note, placeOf(order, 'orders.note'));
    },

    /** A note of the staff, as it is stored: it goes with its order into the one that takes its place. */
    async sealNote(order: Whose, note: StaffNote): Promise<StaffNote> {
      const text = await personalData.seal(JSON.stringify(note.text), placeOf(order, 'orders.staffNotes', note.id));
      return { ...note, text };
    },

    /** What the staff noted, oldest first. */
    async notesOf(order: Whose & Pick<Order, 'staffNotes'>): Promise<StaffNote[]> {
      const notes = await Promise.all(
        (order.staffNotes ?? []).map(async (note) => {
          const text = await opened<string>(note.text, placeOf(order, 'orders.staffNotes', note.id));
          return text === null ? [] : [{ ...note, text }];
        }),
      );
      return notes.flat();
    },

    sealBuyer: (invoice: Pick<Invoice, 'orderId' | 'memberId'>, buyer: InvoiceBuyer) =>
      personalData.seal(JSON.stringify(buyer), buyerPlace(invoice)),

    buyerOf: (invoice: Invoice) => opened<InvoiceBuyer>(invoice.buyer, buyerPlace(invoice)),
  };
}

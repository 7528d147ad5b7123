import type { SchemaDefinition } from 'mongoose';
import type { LedgerEntry, Lot } from '../domain/account.ts';
import type { OrderPoints } from '../domain/order-points.ts';

/** A member's points as they are stored; `_id` is the member's. */
export interface AccountRow {
  _id: string;
  version: number;
  lots: Lot[];
  debt: number;
  nextExpiryAt: Date | null;
  /** Of a member who was merged into another one: that one, who has the points now. */
  mergedInto: string | null;
}

export interface EntryRow extends LedgerEntry {
  _id: string;
  memberId: string;
}

/** What an order has to do with points; `_id` is the order's. */
export interface OrderPointsRow {
  _id: string;
  memberId: string;
  tender: OrderPoints['tender'];
  earning: OrderPoints['earning'];
  /** Set for orders that came to nothing. */
  removeAt: Date | null;
}

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;
const instant = { type: Date, required: true } as const;
const cause = { kind: text, id: text };

export const accountRow: SchemaDefinition = {
  _id: text,
  version: count,
  lots: [
    {
      id: text,
      earned: count,
      available: count,
      frozen: count,
      availableAt: instant,
      expiresAt: instant,
      source: cause,
    },
  ],
  debt: count,
  nextExpiryAt: { type: Date, default: null },
  mergedInto: { type: String, default: null },
};

export const entryRow: SchemaDefinition = {
  _id: text,
  memberId: text,
  kind: text,
  lotId: { type: String, default: null },
  available: count,
  frozen: count,
  debt: count,
  cause,
  at: instant,
};

/** Written whole and by this store only; the types say what is inside. */
export const orderPointsRow: SchemaDefinition = {
  _id: text,
  memberId: { type: String, default: null },
  tender: { type: Object, default: null },
  earning: { type: Object, default: null },
  removeAt: { type: Date, default: null },
};

import type { Connection, Model } from 'mongoose';
import { defineModel, type IndexSpec } from '#kit/mongo/connect.ts';
import { ownRowsIndex } from '#kit/mongo/own-rows.ts';
import type { Order } from '../domain/order.ts';

/** A member's own orders by their numbers, as `ownRowsIndex` has them by their ids. */
export const ownNumbersIndex = { key: { memberId: 1, number: 1 } } as const;

const address = { region: String, sealed: String };
/** How a step of a price is stored. */
export const priceStep = { kind: String, label: String, promotionId: String, beforeMinor: Number, afterMinor: Number };
const stockLine = { skuId: String, quantity: Number };

const line = {
  lineId: String,
  skuId: String,
  productId: String,
  title: String,
  quantity: Number,
  unitPriceMinor: Number,
  totalMinor: Number,
  weightGrams: Number,
  steps: [priceStep],
  shipsAfter: { type: Date, default: null },
  supplierId: { type: String, default: null },
  claimedUnits: Number,
  claimedMinor: Number,
};

const placing = {
  fence: Number,
  leaseUntil: Date,
  decision: String,
  steps: [{ name: String, state: String }],
  // Refusals carry facts of their own, as their types say.
  refusals: { type: [{}], default: undefined },
  cart: { type: { cartId: String, lines: [{ lineId: String, quantity: Number }], version: Number }, default: null },
  paidElsewhere: Boolean,
};

const presale = {
  presaleId: String,
  phase: String,
  depositMinor: Number,
  depositWorthMinor: Number,
  balanceMinor: Number,
  balanceFrom: Date,
  balanceTo: Date,
  shipsAfter: Date,
  ifUnpaid: String,
  depositPaidAt: { type: Date, default: null },
  balanceDueAt: { type: Date, default: null },
  holdAt: Date,
  forfeitedMinor: Number,
};

const definition = {
  _id: { type: String, required: true },
  number: { type: String, required: true },
  placementId: String,
  status: { type: String, required: true },
  visible: { type: Boolean, required: true },
  version: { type: Number, required: true },
  memberId: { type: String, default: null },
  channel: { type: String, required: true },
  currency: { type: String, required: true },
  placedAt: { type: Date, required: true },
  expiresAt: { type: Date, default: null },
  paidAt: { type: Date, default: null },
  shippedAt: { type: Date, default: null },
  completedAt: { type: Date, default: null },
  subtotalMinor: { type: Number, required: true },
  discountMinor: { type: Number, required: true },
  freightMinor: { type: Number, required: true },
  totalMinor: { type: Number, required: true },
  pointsSpent: { type: Number, required: true },
  benefits: {
    promotions: [{ promotionId: String, amountMinor: Number }],
    coupons: [{ templateId: String, couponId: String, amountMinor: Number }],
    flashTicketId: { type: String, default: null },
    presale: { type: { presaleId: String, quantity: Number }, default: undefined },
  },
  address,
  note: { type: String, default: null },
  lines: [line],
  deliveries: [{ warehouseId: String, earliest: Date, latest: Date, freightMinor: Number, lines: [stockLine] }],
  timeline: [{ at: Date, status: String, actor: String, note: { type: String, default: null } }],
  external: { type: { partnerId: String, system: String, id: String, contentHash: String }, default: null },
  presale: { type: presale, default: undefined },
  placing: { type: placing, default: null },
  cancellation: {
    type: { id: String, reason: String, actor: String, requestedAt: Date, afterSaleId: String },
    default: null,
  },
  attempt: Number,
  latePayment: {
    type: { paymentId: String, receivedAt: Date, leaseUntil: Date, decision: { type: String, default: null } },
    default: undefined,
  },
  addressChange: {
    type: { id: String, address, actor: String, requestedAt: Date, made: Boolean },
    default: undefined,
  },
  editedBy: { type: [String], default: undefined },
  regroupingId: String,
  splitFrom: String,
  splitInto: { type: [String], default: undefined },
  mergedFrom: { type: [String], default: undefined },
  mergedInto: String,
  paidThrough: { type: [String], default: undefined },
  tenders: { type: [{ orderId: String, points: Number }], default: undefined },
  refundedBefore: Number,
  hold: { type: { reason: String, by: String, at: Date }, default: undefined },
  staffNotes: { type: [{ id: String, text: String, author: String, at: Date }], default: undefined },
  paidMinor: { type: Number, required: true },
  refundedMinor: { type: Number, required: true },
  refundedGoodsMinor: { type: Number, required: true },
  pointsReturned: { type: Number, required: true },
  refundStatus: { type: String, required: true },
};

/** Only confirmed orders are listed; drafts of the saga don't weigh on these. */
const listed = { partialFilterExpression: { visible: true } };
const thirtyDays = 30 * 24 * 3600;

const indexes: readonly IndexSpec[] = [
  { key: { number: 1 }, unique: true },
  ownRowsIndex,
  ownNumbersIndex,
  { key: { placementId: 1 }, unique: true, partialFilterExpression: { placementId: { $exists: true } } },
  { key: { memberId: 1, placedAt: -1, _id: -1 }, ...listed },
  { key: { memberId: 1, status: 1, placedAt: -1, _id: -1 }, ...listed },
  { key: { placedAt: -1, _id: -1 }, ...listed },
  { key: { status: 1, placedAt: -1, _id: -1 }, ...listed },
  { key: { channel: 1, placedAt: -1, _id: -1 }, ...listed },
  { key: { 'placing.leaseUntil': 1 }, partialFilterExpression: { status: 'PLACING' } },
  { key: { expiresAt: 1 }, partialFilterExpression: { status: 'PENDING_PAYMENT' } },
  { key: { status: 1, shippedAt: 1 }, ...listed },
  {
    key: { 'cancellation.requestedAt': 1 },
    partialFilterExpression: { status: 'PAID', 'cancellation.requestedAt': { $exists: true } },
  },
  {
    key: { 'latePayment.leaseUntil': 1 },
    partialFilterExpression: { status: 'CLOSED', 'latePayment.leaseUntil': { $exists: true } },
  },
  {
    key: { 'addressChange.requestedAt': 1 },
    partialFilterExpression: { 'addressChange.requestedAt': { $exists: true } },
  },
  // Orders of presales that may still be paid: those that wait for their goods, and all of one presale.
  {
    key: { 'presale.phase': 1, 'presale.holdAt': 1 },
    partialFilterExpression: { status: 'PENDING_PAYMENT', 'presale.holdAt': { $exists: true } },
  },
  {
    key: { 'presale.presaleId': 1, _id: 1 },
    partialFilterExpression: { status: 'PENDING_PAYMENT', 'presale.presaleId': { $exists: true } },
  },
  // Undone placings are kept for a month for whoever asks what happened.
  { key: { placedAt: 1 }, expireAfterSeconds: thirtyDays, partialFilterExpression: { status: 'ABANDONED' } },
];

/** The collection of orders; one model for all stores of a connection. */
export function orderModel(connection: Connection): Model<Order> {
  const known = connection.models['Order'] as Model<Order> | undefined;
  return known ?? defineModel<Order>(connection, 'Order', definition, { collection: 'orders', indexes });
}

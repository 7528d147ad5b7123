import type { PresaleOrder } from './domain/order-presale.ts';

/** The order with its presale: what is due depends on both. */
export type OrderPresaleMapper = PresaleOrder;

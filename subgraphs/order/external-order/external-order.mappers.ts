import type { OrderChangeRow } from './domain/order-change.ts';
import type { OrderChangePage } from './queries/read-order-changes.ts';

export type OrderChangeFeedMapper = OrderChangePage;

export type OrderChangeMapper = OrderChangeRow;

import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Order, OrderLine, TimelineEntry } from './domain/order.ts';

export type OrderMapper = Order;

export interface OrderLineMapper {
  readonly currency: string;
  readonly line: OrderLine;
}

export type OrderTimelineEntryMapper = TimelineEntry;

export type OrderConnectionMapper = ConnectionParent<Order>;

/** Member is the member subgraph's: here it is its id. */
export interface MemberMapper {
  readonly id: string;
}

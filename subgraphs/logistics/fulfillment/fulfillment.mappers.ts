import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Fulfillment, FulfillmentLine, Parcel } from './domain/fulfillment.ts';

/** Another subgraph's entity: its id is all there is. */
export interface OrderMapper {
  readonly id: string;
}
/** Another subgraph's entity: its id is all there is. */
export interface AfterSaleMapper {
  readonly id: string;
}
export type FulfillmentMapper = Fulfillment;
export type FulfillmentConnectionMapper = ConnectionParent<FulfillmentMapper>;
export type FulfillmentLineMapper = FulfillmentLine;
export type ParcelMapper = Parcel;
export type ParcelLineMapper = Parcel['lines'][number];

import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { StockMovement } from './domain/movement.ts';
import type { StockLevel } from './domain/stock-level.ts';

/** Another subgraph's entity: its id is all there is. */
export interface SkuMapper {
  readonly id: string;
}
export type StockLevelMapper = StockLevel;
export type StockMovementMapper = StockMovement;
export type StockMovementConnectionMapper = ConnectionParent<StockMovementMapper>;

import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Presale } from './domain/presale.ts';

export type PresaleMapper = Presale;
export interface PresaleEdgeMapper {
  readonly cursor: string;
  readonly node: Presale;
}
export type PresaleConnectionMapper = ConnectionParent<Presale>;

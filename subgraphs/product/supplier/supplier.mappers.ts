import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Supplier } from './domain/supplier.ts';

export type SupplierMapper = Supplier;
export type SupplierConnectionMapper = ConnectionParent<Supplier>;

import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Brand } from './domain/brand.ts';

export type BrandMapper = Brand;
export type BrandConnectionMapper = ConnectionParent<Brand>;

import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Product, SkuOfProduct } from './domain/product.ts';

export type ProductMapper = Product;
export type SkuMapper = SkuOfProduct;
export type StaffProductConnectionMapper = ConnectionParent<Product>;

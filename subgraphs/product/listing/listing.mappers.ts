import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Product } from '../product/domain/product.ts';
import type { Facet } from './domain/facets.ts';

/** Counts and facets are asked for only by callers that select them. */
export type ProductConnectionMapper = ConnectionParent<Product> & { readonly facets: () => Promise<readonly Facet[]> };

import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Product } from '../domain/product.ts';
import { unpublished } from '../domain/write-product.ts';
import type { Catalogue } from './catalogue.ts';
import { changeProduct } from './change-product.ts';
import { unknownChannels } from './publish-product.ts';

/** What `UnpublishProductInput` asks for; `channels` null means all. */
export interface UnpublishProduct {
  readonly productId: string;
  readonly channels: readonly string[] | null;
}

/** Takes a product off sale. In no channel any more, it is a draft again. */
export async function unpublishProduct(
  catalogue: Catalogue,
  { productId, channels }: UnpublishProduct,
): Promise<Outcome<Product>> {
  const unknown = unknownChannels(channels ?? [], ['channels']);
  if (unknown.length > 0) return refused(...unknown);
  return changeProduct(catalogue, productId, (product, now) => {
    if (product.status === 'ARCHIVED') return refused(invalidState(['productId'], { state: product.status }));
    const leaving = channels ?? product.channels;
    const changes = product.channels.some((channel) => leaving.includes(channel));
    return accepted(changes ? unpublished(product, leaving, now) : product);
  });
}

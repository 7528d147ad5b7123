import type { productOperations } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { channelCodes } from './offer/domain/channels.ts';
import type { ChannelPrices } from './offer/domain/channel-prices.ts';

/** What SKUs cost in each channel of an offer; for an offer in every channel (none named), in each channel that sells any of them. */
export async function channelPrices(
  product: Neighbour<typeof productOperations>,
  { skuIds, channels }: { readonly skuIds: readonly string[]; readonly channels: readonly string[] },
  call: Call,
): Promise<ChannelPrices> {
  const prices = await Promise.all(
    (channels.length > 0 ? channels : channelCodes).map(async (channel) => {
      const { skus } = await product.skuFacts({ skuIds: [...skuIds], channel }, { ...call, repeatable: true });
      return new Map(
        skus.flatMap(({ skuId, price, floorMinor }) => (price ? [[skuId, { ...price, floorMinor }] as const] : [])),
      );
    }),
  );
  if (channels.length > 0) return prices;
  const selling = prices.filter((inChannel) => inChannel.size > 0);
  return selling.length > 0 ? selling : prices;
}

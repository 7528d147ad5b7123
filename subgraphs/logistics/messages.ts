import type { Messages } from '#kit/user-error/user-error.ts';
import type { tooEarly } from './fulfillment/domain/fulfillment.ts';
import type { carrierCodeTaken, warehouseCodeTaken } from './network/domain/code-taken.ts';
import type { trackingNumberTaken } from './shipment/domain/tracking-number.ts';
import type { insufficientStock } from './stock/domain/stock-refusals.ts';

/** The sentences for the refusals of this subgraph; the shared ones are the kit's. */
export const messages: Messages = {
  INSUFFICIENT_STOCK: {
    en: ({ available, requested }: ReturnType<typeof insufficientStock>) =>
      `Only ${available} of ${requested} units are available. Lower the quantity.`,
    zh: ({ available, requested }: ReturnType<typeof insufficientStock>) =>
      `库存不足：需要 ${requested} 件，仅剩 ${available} 件，请减少数量。`,
  },
  TOO_EARLY: {
    en: ({ shipsAfter }: ReturnType<typeof tooEarly>) =>
      `Its goods may not be sent before ${shipsAfter}. Pick it then.`,
    zh: ({ shipsAfter }: ReturnType<typeof tooEarly>) => `该发货单的商品须在 ${shipsAfter} 之后发货，届时再拣货。`,
  },
  TRACKING_NUMBER_TAKEN: {
    en: ({ carrierCode, trackingNumber }: ReturnType<typeof trackingNumberTaken>) =>
      `${carrierCode} ${trackingNumber} belongs to another shipment. Check the number.`,
    zh: ({ carrierCode, trackingNumber }: ReturnType<typeof trackingNumberTaken>) =>
      `${carrierCode} 的运单号 ${trackingNumber} 已被其他运单使用，请核对。`,
  },
  WAREHOUSE_CODE_TAKEN: {
    en: ({ warehouseCode }: ReturnType<typeof warehouseCodeTaken>) =>
      `Another warehouse has the code ${warehouseCode}. Choose another one.`,
    zh: ({ warehouseCode }: ReturnType<typeof warehouseCodeTaken>) => `仓库编码 ${warehouseCode} 已被使用，请更换。`,
  },
  CARRIER_CODE_TAKEN: {
    en: ({ carrierCode }: ReturnType<typeof carrierCodeTaken>) =>
      `Another carrier has the code ${carrierCode}. Choose another one.`,
    zh: ({ carrierCode }: ReturnType<typeof carrierCodeTaken>) => `承运商编码 ${carrierCode} 已被使用，请更换。`,
  },
};

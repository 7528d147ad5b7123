/** Things of one member that another member, a guest or a partner must not reach; `supplier` is the merchant's, which no shopper reaches. */
export type Owned =
  | 'address'
  | 'afterSale'
  | 'cart'
  | 'cartLine'
  | 'coupon'
  | 'fulfillment'
  | 'invoice'
  | 'order'
  | 'orderLine'
  | 'orderNumber'
  | 'payment'
  | 'shipment'
  | 'supplier'
  | 'trackingNumber'
  | 'member';

/** `everybody`: it names what is shown to everybody, such as a product. `nobody`: a new name that the caller makes up. */
export type Named = Owned | 'everybody' | 'nobody';

/**
 * What each identifying input of a root field names, by coordinate and path. **A field that is added later needs its rows here**: the test
 * fails until somebody has thought about whose things it names.
 */
export const whatIdsName: Readonly<Record<string, Named>> = {
  'Mutation.saveAddress input.id': 'address',
  'Mutation.removeAddress input.id': 'address',
  'Mutation.signUp input.guestCartId': 'cart',
  'Mutation.signIn input.guestCartId': 'cart',
  'Mutation.signInWithWeChat input.guestCartId': 'cart',
  'Mutation.requestAfterSale input.orderId': 'order',
  'Mutation.requestAfterSale input.lines.orderLineId': 'orderLine',
  'Mutation.requestAfterSale input.lines.replacementSkuId': 'everybody',
  'Mutation.cancelAfterSale input.afterSaleId': 'afterSale',
  'Mutation.sendBackGoods input.afterSaleId': 'afterSale',
  'Mutation.turnExchangeIntoRefund input.afterSaleId': 'afterSale',
  'Mutation.addCartLines input.cartId': 'cart',
  'Mutation.addCartLines input.lines.skuId': 'everybody',
  'Mutation.updateCartLine input.cartId': 'cart',
  'Mutation.updateCartLine input.lineId': 'cartLine',
  'Mutation.applyCouponCode input.cartId': 'cart',
  'Mutation.removeCouponCode input.cartId': 'cart',
  'Mutation.changeOrderAddress input.orderId': 'order',
  'Mutation.changeOrderNote input.orderId': 'order',
  'Mutation.editOrder input.orderId': 'order',
  'Mutation.editOrder input.quantities.orderLineId': 'orderLine',
  'Mutation.editOrder input.additions.skuId': 'everybody',
  'Mutation.editOrder input.couponIds': 'coupon',
  'Mutation.cancelOrderEdit input.orderId': 'order',
  'Mutation.placeOrder input.cartId': 'cart',
  'Mutation.placeOrder input.lines.skuId': 'everybody',
  'Mutation.placeOrder input.addressId': 'address',
  'Mutation.placeOrder input.couponIds': 'coupon',
  'Mutation.cancelOrder input.orderId': 'order',
  'Mutation.confirmReceipt input.orderId': 'order',
  'Mutation.payOrder input.orderId': 'order',
  'Mutation.recordTrackingEvent input.trackingNumber': 'trackingNumber',
  'Mutation.requestInvoice input.orderId': 'order',
  'Mutation.claimCoupon input.templateId': 'everybody',
  'Mutation.placePresaleOrder input.presaleId': 'everybody',
  'Mutation.placePresaleOrder input.addressId': 'address',
  'Mutation.purchaseFlashSaleItem input.itemId': 'everybody',
  'Mutation.purchaseFlashSaleItem input.addressId': 'address',
  'Query.fulfillment id': 'fulfillment',
  'Query.cart id': 'cart',
  'Query.invoice id': 'invoice',
  'Query.checkoutPreview input.cartId': 'cart',
  'Query.checkoutPreview input.lines.skuId': 'everybody',
  'Query.checkoutPreview input.addressId': 'address',
  'Query.checkoutPreview input.couponIds': 'coupon',
  'Query.orderEditPreview input.orderId': 'order',
  'Query.orderEditPreview input.quantities.orderLineId': 'orderLine',
  'Query.orderEditPreview input.additions.skuId': 'everybody',
  'Query.orderEditPreview input.couponIds': 'coupon',
  'Query.order id': 'order',
  'Query.orderByNumber number': 'orderNumber',
  'Query.shipment trackingNumber': 'trackingNumber',
  'Query.product id': 'everybody',
  'Query.sku id': 'everybody',
  'Query.products filter.brandIds': 'everybody',
  'Query.products filter.promotionId': 'everybody',
  'Query.couponTemplate id': 'everybody',
  'Query.flashSale id': 'everybody',
  'Query.flashSalePreview input.itemId': 'everybody',
  'Query.flashSalePreview input.addressId': 'address',
  'Query.presale id': 'everybody',
  'Query.promotion id': 'everybody',
};

/** Whose each entity is: what a subgraph may be asked for by `_entities`. A new entity needs its row here. */
export const whoseEntities: Readonly<Record<string, Named>> = {
  AfterSale: 'afterSale',
  Cart: 'cart',
  Coupon: 'coupon',
  Fulfillment: 'fulfillment',
  Invoice: 'invoice',
  Member: 'member',
  Order: 'order',
  Payment: 'payment',
  Shipment: 'shipment',
  Supplier: 'supplier',
  Brand: 'everybody',
  Category: 'everybody',
  CouponTemplate: 'everybody',
  FlashSale: 'everybody',
  FlashSaleItem: 'everybody',
  Presale: 'everybody',
  Product: 'everybody',
  Promotion: 'everybody',
  Sku: 'everybody',
  Warehouse: 'everybody',
};

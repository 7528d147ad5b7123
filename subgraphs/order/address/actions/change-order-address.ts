import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { actorOf, mayChange } from '../../caller.ts';
import { addressRefusals, tidyAddress } from '../../checkout/domain/delivery-address.ts';
import type { Order } from '../../order/domain/order.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderAddresses } from '../store/order-addresses.ts';
import type { CarryOutAddressChange } from './carry-out-address-change.ts';

interface AddressParts {
  readonly addresses: OrderAddresses;
  readonly orders: Pick<Orders, 'seenBy'>;
  readonly carryOutAddressChange: CarryOutAddressChange;
  readonly privacy: Pick<OrderPrivacy, 'sealAddress'>;
  readonly clock: Clock;
}

export type ChangeOrderAddress = ReturnType<typeof createChangeOrderAddress>;

/** Sends an order somewhere else in its province, while nothing of it is packed. */
export function createChangeOrderAddress({ addresses, orders, carryOutAddressChange, privacy, clock }: AddressParts) {
  /** What keeps the order from it. */
  function stateOf(order: Order): string {
    if (order.cancellation !== null && order.status === 'PAID') return 'CANCELLING';
    if (order.regroupingId != null) return 'REGROUPING';
    return order.addressChange == null ? order.status : 'READDRESSING';
  }

  return async function changeOrderAddress(
    input: { readonly orderId: string; readonly address: Parameters<typeof tidyAddress>[0] },
    viewer: Viewer,
    call: Call,
  ): Promise<Outcome<Order>> {
    const { orderId } = input;
    const address = tidyAddress(input.address);
    const wrong = addressRefusals(address, ['address']);
    if (wrong.length > 0) return refused(...wrong);
    const order = await orders.seenBy(viewer, orderId);
    if (order === null || !mayChange(viewer)) return refused(notFound(['orderId'], 'order'));
    if (order.address.region !== address.region) {
      return refused(
        invalidInput(['address', 'region'], {
          en: `This order can only be sent within ${order.address.region}. Cancel it and order again.`,
          zh: `该订单只能改为${order.address.region}内的地址，请取消后重新下单。`,
        }),
      );
    }
    const sealed = await privacy.sealAddress(order, address);
    const change = {
      ...{ id: newId('request'), address: sealed, actor: actorOf(viewer) },
      ...{ requestedAt: clock.now(), made: false },
    };
    const begun = await addresses.begin(orderId, change);
    const done = begun ? await carryOutAddressChange(orderId, change, call) : accepted(false);
    if (!done.ok) return done;
    const now = (await addresses.byId(orderId)) ?? order;
    return done.value ? accepted(now) : refused(invalidState(['orderId'], { state: stateOf(now) }));
  };
}

import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from './caller.ts';
import { addressRefusals, tidyAddress } from './checkout/domain/delivery-address.ts';
import type { MemberNeighbour } from './neighbours.ts';
import type { OrderAddress } from './order/domain/order.ts';

/** Where a shopper wants the goods: an address as it is, or one of the member's own; neither means the member's default one. */
export interface DestinationInput {
  readonly address: Parameters<typeof tidyAddress>[0] | null;
  readonly addressId: string | null;
}

/** The address to send to; null when none is known. Refuses with INVALID_INPUT (what is missing in the address) and NOT_FOUND (the shopper has no such one). */
export async function deliveryAddress(
  member: Pick<MemberNeighbour, 'addressOf'>,
  { address: given, addressId }: DestinationInput,
  { memberId }: Shopper,
  call: Call,
): Promise<Outcome<OrderAddress | null>> {
  if (given !== null) {
    const address = tidyAddress(given);
    const wrong = addressRefusals(address, ['address']);
    return wrong.length > 0 ? refused(...wrong) : accepted(address);
  }
  if (memberId === null) return addressId === null ? accepted(null) : refused(notFound(['addressId'], 'address'));
  const { address } = await member.addressOf({ memberId, addressId }, call);
  if (address === null && addressId !== null) return refused(notFound(['addressId'], 'address'));
  return accepted(address);
}

/** INVALID_INPUT: nobody knows where to send it. */
export const addressMissing = invalidInput(['address'], {
  en: 'Say where to send it: give an address.',
  zh: '请提供收货地址。',
});

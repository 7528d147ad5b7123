import { invalidInput, type Refusal } from '#kit/user-error/user-error.ts';
import type { OrderAddress } from '../../order/domain/order.ts';

const limits = { recipient: 60, region: 30, city: 30, line: 200, postalCode: 12 } as const;

/** What a telephone number looks like: 5 to 20 digits, with +, - and spaces between them. */
const phone = /^(?=(?:\D*\d){5,20}\D*$)\+?[\d -]{5,30}$/;

/** The address without blanks around its parts. */
export function tidyAddress(
  given: Omit<OrderAddress, 'postalCode'> & { readonly postalCode?: string | null },
): OrderAddress {
  return {
    recipient: given.recipient.trim(),
    phone: given.phone.trim(),
    region: given.region.trim(),
    city: given.city.trim(),
    line: given.line.trim(),
    postalCode: given.postalCode?.trim() || null,
  };
}

/** Why nothing can be sent to this address, one reason for each part under `path`; none when it is complete. */
export function addressRefusals(address: OrderAddress, path: readonly string[]): Refusal[] {
  const refusals: Refusal[] = [];
  for (const [part, longest] of Object.entries(limits) as [keyof typeof limits, number][]) {
    const text = address[part] ?? '';
    const shortest = part === 'postalCode' ? 0 : 1;
    if (text.length >= shortest && text.length <= longest) continue;
    refusals.push(
      invalidInput([...path, part], {
        en: `This part of the address has ${shortest} to ${longest} characters.`,
        zh: `地址的该部分长度须为 ${shortest} 到 ${longest} 个字符。`,
      }),
    );
  }
  if (!phone.test(address.phone)) {
    refusals.push(
      invalidInput([...path, 'phone'], {
        en: 'A telephone number has 5 to 20 digits, with +, - and spaces.',
        zh: '电话号码须为 5 到 20 位数字，可包含 +、- 和空格。',
      }),
    );
  }
  return refusals;
}

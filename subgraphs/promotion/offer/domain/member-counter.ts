/** Where is counted how much of something one member has had: of a promotion, a coupon template or a flash-sale item. */
export function memberCounterKey(ofId: string, memberId: string): string {
  return `${ofId}:${memberId}`;
}

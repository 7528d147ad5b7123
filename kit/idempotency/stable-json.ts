/**
 * JSON that is the same for equal values whatever the order of their keys; otherwise as `JSON.stringify` writes it
 * (dates as ISO text, undefined members left out).
 */
export function stableJson(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

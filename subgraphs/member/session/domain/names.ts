const longestName = 40;
const control = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u;

/** A name to greet somebody by, tidied: 1 to 40 characters without control characters. Null when it can't be used. */
export function readDisplayName(text: string): string | null {
  const name = text.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  const length = [...name].length;
  return length < 1 || length > longestName || control.test(name) ? null : name;
}

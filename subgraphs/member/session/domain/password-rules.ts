/** The limits of a password, in characters. */
export const passwordLimits = { min: 8, max: 128 } as const;

/** One spelling of what was typed: the same character may be entered in several ways (RFC 8265 asks for NFC). */
export function readPassword(text: string): string {
  return text.normalize('NFC');
}

/** Whether somebody may choose this password. Length alone decides: rules about kinds of characters make worse passwords. */
export function isAcceptablePassword(text: string): boolean {
  const length = [...readPassword(text)].length;
  return length >= passwordLimits.min && length <= passwordLimits.max;
}

/** The characters of a unified social credit code with their values 0 to 30 (GB 32100-2015, 4.2): no I, O, S, V, Z. */
const characters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const bodyLength = 17;

/**
 * Whether a text is a unified social credit code: 18 characters, the last of which checks the others. With Wi = 3^(i−1) mod 31 the check value is
 * 31 − Σ Ci·Wi mod 31, and 0 instead of 31 (GB 32100-2015, appendix A).
 */
export function isCreditCode(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return false;
  let sum = 0;
  let weight = 1;
  for (const character of text.slice(0, bodyLength)) {
    sum += characters.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return characters.indexOf(text.charAt(bodyLength)) === (31 - (sum % 31)) % 31;
}

import { slugify } from '../../product/domain/slug.ts';

const longest = 64;
const hashLength = 8;

/**
 * The code of a SKU that was given none: the same for the same handle and option values, however often the file comes. `shirt` with `Red` and `M`
 * is `SHIRT-RED-M`; what doesn't fit, or loses characters that may matter, gets a hash of the whole behind it.
 */
export function skuCodeOf(handle: string, values: readonly string[]): string {
  const parts = [handle, ...values];
  const text = parts
    .map((part) => slugify(part))
    .join('-')
    .toUpperCase();
  const lossless = parts.every((part) => /^[\p{L}\p{N}_ -]+$/u.test(part));
  if (lossless && text.length <= longest) return text;
  return `${text.slice(0, longest - hashLength - 1)}-${hashOf(parts)}`;
}

/** FNV-1a over the code points: no secret, only the same for the same. */
function hashOf(parts: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const character of parts.join('\u001f')) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).toUpperCase().padStart(hashLength, '0');
}

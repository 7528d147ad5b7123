/**
 * A number from 0 up to 1 that belongs to a text: always the same one, and unlike that of similar texts (FNV-1a with a final mix). What a product
 * gets by chance hangs on its own name, so that a new row in a table changes no other product.
 */
export function chanceOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** A whole number from `least` to `most`, both possible, that belongs to a text. */
export function wholeOf(text: string, least: number, most: number): number {
  return least + Math.floor(chanceOf(text) * (most - least + 1));
}

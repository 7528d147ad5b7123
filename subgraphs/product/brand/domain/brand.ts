import type { LocalText } from '../../product/domain/local-text.ts';

/** Who makes products. */
export interface Brand {
  readonly id: string;
  readonly name: LocalText;
  /** From `brandKey`: equal for spellings that mean the same brand. */
  readonly key: string;
}

/** What a brand is recognised by: its name without differences of case, width or spacing. */
export function brandKey(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

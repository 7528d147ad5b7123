import type { LocalText } from './local-text.ts';

/** How much of an id is put behind a slug: 8 base-32 digits tell a trillion apart. */
const tailLength = 8;

/** Lower-case words joined by `-`, at most 80 characters; empty when nothing of the text can stand in an address. */
export function slugify(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{Ll}\p{Lo}\p{N}]+/gu, '-')
    .slice(0, 80)
    .replaceAll(/^-+|-+$/g, '');
}

/** A slug for a product that was given none: from its English or Latin title, always with the tail of its id, so that it is free. */
export function slugFor(title: LocalText, id: string): string {
  const words = title.en === null ? '' : slugify(title.en).replaceAll(/[^a-z0-9-]/g, '');
  return `${words === '' ? 'p' : words}-${id.slice(-tailLength).toLowerCase()}`;
}

import type { Catalogue } from './catalogue/catalogue.ts';

/** Where the gateway, which knows no catalogue, keeps what it draws. */
export const picturesFile = new URL('../../gateway/demo-images/__generated__/pictures.ts', import.meta.url);

/** The text of that file: a product's title, and its category's colour and shape, by its slug. */
export function picturesOf({ products, categories }: Catalogue): string {
  const bySlug = new Map(categories.map((category) => [category.slug, category]));
  const entries = products.map(({ slug, title, categorySlug }) => {
    const { hue = 0, shape = '' } = bySlug.get(categorySlug) ?? {};
    return `  [${JSON.stringify(slug)}, ${JSON.stringify({ title, hue, shape })}],\n`;
  });
  return [
    '// Written by scripts/write-demo-pictures.ts from the tables of the demo shop.\n',
    'export const pictures: ReadonlyMap<string, { readonly title: string; readonly hue: number; readonly shape: string }> = new Map([\n',
    ...entries,
    ']);\n',
  ].join('');
}

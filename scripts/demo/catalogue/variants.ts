/** One value of an option, with what it adds to the product's price (minor units) and weight (grams). */
interface OptionChoice {
  readonly value: string;
  readonly addsMinor: number;
  readonly addsGrams: number;
}

/** An option of a product, for example 颜色, with its values in the order of the table. */
export interface Option {
  readonly name: string;
  readonly choices: readonly OptionChoice[];
}

/** One combination of values: what becomes a SKU. */
export interface Variant {
  readonly options: readonly { readonly name: string; readonly value: string }[];
  readonly addsMinor: number;
  readonly addsGrams: number;
}

const choice = /^(?<value>.+?)(?<yuan>[+-]\d+)?(?:~(?<grams>-?\d+))?$/;

/**
 * Reads a cell such as `颜色:黑/白;容量:256GB/512GB+300~20`: options separated by semicolons, values by slashes, and behind a value
 * what it costs more (`+300` yuan, or `-20`) and weighs more (`~20` grams, or `~-20`). RangeError when a part can't be read.
 */
export function readOptions(cell: string): Option[] {
  return cell.split(';').map((part) => {
    const [name, values, ...rest] = part.split(':');
    if (!name || !values || rest.length > 0) throw new RangeError(`"${part}" is not an option with its values`);
    return { name, choices: values.split('/').map(readChoice) };
  });
}

function readChoice(text: string): OptionChoice {
  const { value, yuan = '0', grams = '0' } = choice.exec(text)?.groups ?? {};
  if (value === undefined) throw new RangeError(`"${text}" is not a value of an option`);
  return { value, addsMinor: Number(yuan) * 100, addsGrams: Number(grams) };
}

/** Every combination of the options' values, the last option changing first. */
export function variantsOf(options: readonly Option[]): Variant[] {
  return options.reduce<Variant[]>(
    (variants, { name, choices }) =>
      variants.flatMap((variant) =>
        choices.map(({ value, addsMinor, addsGrams }) => ({
          options: [...variant.options, { name, value }],
          addsMinor: variant.addsMinor + addsMinor,
          addsGrams: variant.addsGrams + addsGrams,
        })),
      ),
    [{ options: [], addsMinor: 0, addsGrams: 0 }],
  );
}

import { invalidInput, type Refusal } from '#kit/user-error/user-error.ts';
import type { SkuDraft } from './draft.ts';
import type { NamedValue, ProductOption } from './product.ts';

const most = { options: 5, values: 100, name: 60, value: 100 } as const;

/**
 * Whether options and SKUs fit: every SKU gives each option one of its listed values, and no two give the same ones. `options` null
 * means that they are read from the SKUs, which must then all name the same options.
 */
export function checkOptions(options: readonly ProductOption[] | null, skus: readonly SkuDraft[]): Refusal[] {
  const listed = options ?? optionsOf(skus);
  const shape = checkList(listed);
  return shape.length > 0 ? shape : checkValues(listed, skus);
}

/** The options that SKUs name, with their values, in the order of their first appearance. */
export function optionsOf(skus: readonly { readonly options: readonly NamedValue[] }[]): ProductOption[] {
  const values = new Map<string, Set<string>>();
  for (const { name, value } of skus.flatMap((sku) => sku.options)) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return [...values].map(([name, set]) => ({ name, values: [...set] }));
}

/** A SKU's values in the order of the product's options: equal texts mean equal choices. */
export function choiceOf(options: readonly ProductOption[], sku: { readonly options: readonly NamedValue[] }): string {
  return JSON.stringify(options.map(({ name }) => sku.options.find((option) => option.name === name)?.value ?? null));
}

function checkList(options: readonly ProductOption[]): Refusal[] {
  if (options.length > most.options) {
    return [
      invalidInput(['options'], { en: `There may be at most ${most.options}.`, zh: `最多 ${most.options} 项。` }),
    ];
  }
  const names = new Set<string>();
  return options.flatMap(({ name, values }, index) => {
    const path = ['options', String(index)];
    const isNew = !names.has(name);
    names.add(name);
    const nameIsRight = isNew && name.trim() !== '' && name.length <= most.name;
    const valuesAreRight =
      values.length > 0 &&
      values.length <= most.values &&
      new Set(values).size === values.length &&
      values.every((value) => value.trim() !== '' && value.length <= most.value);
    return [
      ...(nameIsRight
        ? []
        : [
            invalidInput([...path, 'name'], {
              en: `An option has a name of its own, 1 to ${most.name} characters.`,
              zh: `选项名称须唯一，且为 1 至 ${most.name} 个字符。`,
            }),
          ]),
      ...(valuesAreRight
        ? []
        : [
            invalidInput([...path, 'values'], {
              en: `An option has 1 to ${most.values} different values of 1 to ${most.value} characters.`,
              zh: `每个选项须有 1 至 ${most.values} 个互不相同的值，每个值为 1 至 ${most.value} 个字符。`,
            }),
          ]),
    ];
  });
}

function checkValues(options: readonly ProductOption[], skus: readonly SkuDraft[]): Refusal[] {
  const seen = new Set<string>();
  return skus.flatMap((sku, index) => {
    const path = ['skus', String(index), 'options'];
    const fits =
      sku.options.length === options.length &&
      options.every(({ name, values }) => sku.options.some((own) => own.name === name && values.includes(own.value)));
    if (!fits) {
      return [
        invalidInput(path, {
          en: 'A SKU gives each option of the product one of its listed values, and no other.',
          zh: '每个规格（SKU）须为商品的每个选项给出一个已列出的值，且不得包含其他选项。',
        }),
      ];
    }
    const choice = choiceOf(options, sku);
    const twice = seen.has(choice);
    seen.add(choice);
    if (!twice) return [];
    return [
      invalidInput(path, {
        en: 'Another SKU of the product has the same option values.',
        zh: '同一商品下已有选项值相同的规格（SKU）。',
      }),
    ];
  });
}

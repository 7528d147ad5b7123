import { invalidInput, invalidState, notFound, type Refusal } from '#kit/user-error/user-error.ts';
import { checkText } from '../../product/domain/check-draft.ts';

/** Who delivers products to the merchant, or sends them in its name. */
export interface Supplier {
  readonly id: string;
  /** The merchant's own, for ever: what people and files name it by. */
  readonly code: string;
  readonly name: string;
  /** `ARCHIVED` is final: no product is assigned to it any more. */
  readonly status: 'ACTIVE' | 'ARCHIVED';
}

const longestName = 100;

/** What is wrong with the code and the name of a new supplier. */
export function supplierProblems({ code, name }: Pick<Supplier, 'code' | 'name'>): Refusal[] {
  const wrongCode = /^[A-Z0-9-]{2,20}$/.test(code)
    ? []
    : [
        invalidInput(['code'], {
          en: 'A supplier code is 2 to 20 capitals, digits and hyphens.',
          zh: '供应商编码由 2 至 20 个大写字母、数字或连字符组成。',
        }),
      ];
  return [...wrongCode, ...nameProblems(name)];
}

/** What is wrong with a supplier's name. */
export function nameProblems(name: string): Refusal[] {
  return checkText(name, ['name'], longestName);
}

/** Why no product can be assigned to what was found under a `supplierCode`. */
export function assignmentProblems(supplier: Supplier | undefined): Refusal[] {
  if (supplier === undefined) return [notFound(['supplierCode'], 'supplier')];
  return supplier.status === 'ACTIVE' ? [] : [invalidState(['supplierCode'], { state: supplier.status })];
}

/** SUPPLIER_CODE_TAKEN: another supplier has the code. */
export function supplierCodeTaken(supplierCode: string) {
  const facts = { path: ['code'], supplierCode };
  return { type: 'SupplierCodeTakenError', code: 'SUPPLIER_CODE_TAKEN', ...facts } as const satisfies Refusal;
}

import { invalidInput, type Refusal } from '#kit/user-error/user-error.ts';
import { isQuantity, quantityOutOfLimits } from './quantity.ts';

/** The most lines that one receipt may have. */
export const mostReceiptLines = 200;
const longestNote = 500;

/** What is wrong with a receipt on its face; empty when nothing is. */
export function receiptProblems(receipt: {
  readonly lines: readonly { readonly quantity: number }[];
  readonly note: string | null;
}): Refusal[] {
  if (receipt.lines.length < 1 || receipt.lines.length > mostReceiptLines) {
    return [
      invalidInput(['lines'], {
        en: `A receipt has 1 to ${mostReceiptLines} lines.`,
        zh: `入库单须包含 1 到 ${mostReceiptLines} 行。`,
      }),
    ];
  }
  const quantities = receipt.lines.flatMap(({ quantity }, index) =>
    isQuantity(quantity) ? [] : [quantityOutOfLimits(['lines', String(index), 'quantity'])],
  );
  return [...quantities, ...noteProblems(receipt.note)];
}

/** INVALID_INPUT for a note of more than 500 characters. */
export function noteProblems(note: string | null): Refusal[] {
  if (note === null || note.length <= longestNote) return [];
  const reason = { en: `A note has at most ${longestNote} characters.`, zh: `备注不得超过 ${longestNote} 个字符。` };
  return [invalidInput(['note'], reason)];
}

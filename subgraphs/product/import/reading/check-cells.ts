import type { RowError } from '../domain/import-job.ts';
import { formulaCell, tooManyCells } from '../domain/row-errors.ts';
import type { CsvFormat, Field, FileRow } from './columns.ts';

/** Cells that are read as numbers: there a minus sign is a wrong number and nothing worse. */
const numbers: ReadonlySet<Field> = new Set(['price', 'compareAtPrice', 'cost', 'weightGrams', 'quantity']);

/** Wrong cells that say nothing about the product: formulas in texts, and cells beyond the header. */
export function checkCells(row: FileRow, format: CsvFormat): RowError[] {
  const errors: RowError[] = row.isTooLong ? [tooManyCells(row.row)] : [];
  for (const [field, column] of Object.entries(format.columns) as [Field, string][]) {
    if (!numbers.has(field) && isFormula(row.raw(field))) errors.push(formulaCell(row.row, column));
  }
  for (const { name, value } of row.attributes) {
    if (isFormula(value)) errors.push(formulaCell(row.row, `${format.attributePrefix ?? ''}${name}`));
  }
  return errors;
}

/** Whether a spreadsheet that opens an export of ours would run the text. */
function isFormula(text: string): boolean {
  return /^[\t\r]|^\s*[=+\-@]/.test(text);
}

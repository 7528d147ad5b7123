import type { RowError } from './import-job.ts';

/** A cell that a spreadsheet would run as a formula. */
export function formulaCell(row: number, column: string): RowError {
  return error(row, 'FORMULA_CELL', {
    en: `"${column}" begins like a formula (= + - @). Remove that character.`,
    zh: `列“${column}”以公式字符（= + - @）开头，请删除该字符。`,
  });
}

/** A cell that should hold a number of 0 or more, or an amount. */
export function invalidNumber(row: number, column: string): RowError {
  return error(row, 'INVALID_NUMBER', {
    en: `"${column}" takes a plain number of 0 or more, such as 12.30.`,
    zh: `列“${column}”须为大于等于 0 的数字，例如 12.30。`,
  });
}

/** A cell that must not be empty. */
export function missingValue(row: number, column: string): RowError {
  return error(row, 'MISSING_VALUE', { en: `"${column}" is empty.`, zh: `列“${column}”不能为空。` });
}

/** A row that is longer than the header. */
export function tooManyCells(row: number): RowError {
  return error(row, 'TOO_MANY_CELLS', {
    en: 'The row has more cells than the header. Put cells that hold a comma in quotes.',
    zh: '该行的单元格多于表头；包含逗号的单元格请加引号。',
  });
}

/** A line that isn't the JSON of a product. */
export function malformedJson(row: number, reason: string): RowError {
  return error(row, 'MALFORMED_JSON', {
    en: `The line is no product in JSON: ${reason}`,
    zh: `该行不是有效的商品 JSON：${reason}`,
  });
}

/** A row that nothing is wrong with, of a product that was refused for another one. */
export function productRefused(row: number, because: number): RowError {
  return error(row, 'PRODUCT_REFUSED', {
    en: `Row ${because} of the same product is wrong.`,
    zh: `同一商品的第 ${because} 行有误。`,
  });
}

/** A quantity that the warehouse did not take, of a product that was taken. */
export function stockNotReceived(row: number): RowError {
  return error(row, 'STOCK_NOT_RECEIVED', {
    en: 'The product was taken, but the warehouse did not take its quantity. Receive it by hand.',
    zh: '商品已导入，但仓库未能入库该数量，请手动入库。',
  });
}

function error(row: number, code: string, message: RowError['message']): RowError {
  return { row, code, message };
}

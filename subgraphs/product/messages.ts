import type { Messages } from '#kit/user-error/user-error.ts';
import type { supplierCodeTaken } from './supplier/domain/supplier.ts';

/** The sentences of the product subgraph's own refusals, each saying what to do. */
export const messages: Messages = {
  SLUG_TAKEN: {
    en: ({ slug }: { slug: string }) => `Another product has the slug "${slug}". Choose another one.`,
    zh: ({ slug }: { slug: string }) => `slug “${slug}” 已被其他商品使用，请更换。`,
  },
  DUPLICATE_SKU_CODE: {
    en: ({ skuCode }: { skuCode: string }) =>
      `The SKU code "${skuCode}" is in use already. Give each SKU a code of its own.`,
    zh: ({ skuCode }: { skuCode: string }) => `SKU 编码“${skuCode}”已被使用，请为每个规格设置唯一编码。`,
  },
  SUPPLIER_CODE_TAKEN: {
    en: ({ supplierCode }: ReturnType<typeof supplierCodeTaken>) =>
      `Another supplier has the code ${supplierCode}. Choose another one.`,
    zh: ({ supplierCode }: ReturnType<typeof supplierCodeTaken>) => `供应商编码 ${supplierCode} 已被使用，请更换。`,
  },
  MALFORMED_FILE: {
    en: ({ line, reason }: { line: number; reason: { en: string } }) =>
      `Line ${line} can't be read: ${reason.en} Correct the file and send it again.`,
    zh: ({ line, reason }: { line: number; reason: { zh: string } }) =>
      `无法读取第 ${line} 行：${reason.zh}请修正文件后重新提交。`,
  },
  MISSING_COLUMN: {
    en: ({ column }: { column: string }) => `The file has no column "${column}". Add it to the header.`,
    zh: ({ column }: { column: string }) => `文件缺少列“${column}”，请在表头中补充。`,
  },
  FILE_TOO_LARGE: {
    en: ({ maxBytes, maxRows }: { maxBytes: number; maxRows: number }) =>
      `A file has at most ${maxBytes / 1_000_000} MB and ${maxRows} rows. Split it.`,
    zh: ({ maxBytes, maxRows }: { maxBytes: number; maxRows: number }) =>
      `文件不得超过 ${maxBytes / 1_000_000} MB 和 ${maxRows} 行，请拆分后提交。`,
  },
};

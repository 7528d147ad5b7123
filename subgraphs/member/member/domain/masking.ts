/** What an analyst sees of an e-mail address: the first character and the domain, `s***@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}***${email.slice(at)}`;
}

/** What an analyst sees of a telephone number: the last two digits, `***21`. */
export function maskPhone(phone: string): string {
  return `***${phone.slice(-2)}`;
}

/** What an analyst sees of a name: its first character, `王**`. */
export function maskName(name: string): string {
  return `${[...name].slice(0, 1).join('')}**`;
}

/** What an analyst sees of an address line: nothing. */
export const maskedLine = '***';

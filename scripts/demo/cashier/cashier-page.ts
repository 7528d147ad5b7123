import type { OpenPayment } from './tills.ts';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** What the demo shop's cashier shows: what waits to be paid, each with a button. Looks again every two seconds. */
export function cashierPage(open: readonly OpenPayment[], said: string | null): string {
  const rows = open.map(
    ({ platform, paymentId, amount }) => `<tr><td>${escaped(platform)}</td><td><code>${escaped(paymentId)}</code></td>
<td class="amount">${escaped(amount)}</td><td><form method="post" action="/pay/${encodeURIComponent(paymentId)}"><button>Pay 支付</button></form></td></tr>`,
  );
  const list =
    rows.length === 0
      ? '<p>Nothing waits to be paid. Begin with <code>payOrder</code> and the provider <code>WECHAT_PAY</code>, <code>ALIPAY</code> or <code>STRIPE</code>.</p>'
      : `<table><thead><tr><th>Platform</th><th>Payment</th><th>Amount</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Cashier of the demo shop</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2;url=/">
<style>body{font:16px/1.5 system-ui;margin:3rem auto;max-width:46rem;padding:0 1rem}table{border-collapse:collapse;width:100%}
td,th{padding:.5rem;text-align:left;border-bottom:1px solid #ddd}.amount{text-align:right}button{font:inherit;padding:.3rem 1rem}</style></head>
<body><h1>Cashier 收银台</h1><p>Stand-ins for the payment platforms of the demo shop. No money moves.</p>
${said === null ? '' : `<p role="status">${escaped(said)}</p>`}${list}</body></html>`;
}

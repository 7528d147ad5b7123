/** An account that exists only with demo data; the Explorer offers to sign in as it. */
export type DemoAccount =
  | { readonly label: string; readonly identifier: string; readonly password: string }
  | { readonly label: string; readonly apiKey: string };

/** The demo shop's partner, a third-party store. The key opens nothing but demo data. */
export const demoPartner = { label: 'partner', apiKey: 'fck_demo_marketplace_0123456789abcdefghij' } as const;

/** One account per audience. The README of the contract names them: they never change. */
export const demoAccounts: readonly DemoAccount[] = [
  { label: 'shopper', identifier: 'shopper@example.com', password: 'shopper-demo' },
  { label: 'staff', identifier: 'staff@example.com', password: 'staff-demo' },
  { label: 'analyst', identifier: 'analyst@example.com', password: 'analyst-demo' },
  demoPartner,
];

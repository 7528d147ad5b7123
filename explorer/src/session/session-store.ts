import { useSyncExternalStore } from 'react';

/** Who the page speaks as, and through which channel and language. Lives as long as the browser tab. */
export interface Session {
  readonly channel: string;
  readonly locale: 'zh-CN' | 'en';
  readonly account: { readonly name: string; readonly kind: string } | null;
  readonly accessToken: string | null;
  /** Null for partners, whose API key doesn't expire within a session. */
  readonly refreshToken: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null;
}

/** What the gateway tells the page about this installation. */
export interface ExplorerSettings {
  readonly channels: readonly string[];
  /** Only with demo data; empty otherwise. */
  readonly demoAccounts: readonly DemoAccount[];
}

export type DemoAccount =
  | { readonly label: string; readonly identifier: string; readonly password: string }
  | { readonly label: string; readonly apiKey: string };

const storageKey = 'fullchain.session';
const signedOut: Session = {
  channel: 'web',
  locale: 'zh-CN',
  account: null,
  accessToken: null,
  refreshToken: null,
  expiresAt: null,
};

let current: Session = restore();
const listeners = new Set<() => void>();

function restore(): Session {
  const kept = sessionStorage.getItem(storageKey);
  return kept === null ? signedOut : { ...signedOut, ...(JSON.parse(kept) as Partial<Session>) };
}

/** The session as it is now, for code outside React. */
export function currentSession(): Session {
  return current;
}

/** Changes parts of the session and tells everyone who shows it. */
export function updateSession(changes: Partial<Session>): void {
  current = { ...current, ...changes };
  sessionStorage.setItem(storageKey, JSON.stringify(current));
  for (const listener of listeners) listener();
}

/** Forgets the account; channel and language stay. */
export function forgetAccount(): void {
  updateSession({ account: null, accessToken: null, refreshToken: null, expiresAt: null });
}

/** The session, for a component. */
export function useSession(): Session {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

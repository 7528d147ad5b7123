import { type FormEvent, useState } from 'react';
import { type DemoAccount, type ExplorerSettings, forgetAccount, updateSession, useSession } from './session-store.ts';
import { signInAs, signInByPassword } from './sign-in.ts';

/** The strip above the editors: who is speaking, through which channel, in which language. */
export function SessionBar({ settings }: { settings: ExplorerSettings }) {
  const session = useSession();
  return (
    <header className="session-bar">
      <span className="brand">Fullchain Explorer</span>
      <label>
        Channel
        <select value={session.channel} onChange={(event) => updateSession({ channel: event.target.value })}>
          {settings.channels.map((channel) => (
            <option key={channel}>{channel}</option>
          ))}
        </select>
      </label>
      <label>
        Language
        <select
          value={session.locale}
          onChange={(event) => updateSession({ locale: event.target.value === 'en' ? 'en' : 'zh-CN' })}
        >
          <option value="zh-CN">中文</option>
          <option value="en">English</option>
        </select>
      </label>
      <span className="gap" />
      {session.account === null ? (
        <SignIn demoAccounts={settings.demoAccounts} />
      ) : (
        <>
          <output aria-label="Signed in as">
            {session.account.name} · {session.account.kind}
          </output>
          <button type="button" onClick={forgetAccount}>
            Sign out
          </button>
        </>
      )}
    </header>
  );
}

function SignIn({ demoAccounts }: { demoAccounts: readonly DemoAccount[] }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [formOpen, setFormOpen] = useState(demoAccounts.length === 0);

  function attempt(signIn: Promise<void>) {
    setProblem(null);
    signIn.catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    attempt(signInByPassword(String(form.get('identifier')), String(form.get('password'))));
  }

  return (
    <>
      {problem !== null && <output role="alert">{problem}</output>}
      {demoAccounts.length > 0 && <span>Sign in as</span>}
      {demoAccounts.map((account) => (
        <button type="button" key={account.label} onClick={() => attempt(signInAs(account))}>
          {account.label}
        </button>
      ))}
      {formOpen ? (
        <form onSubmit={submit}>
          <input name="identifier" placeholder="e-mail or phone" autoComplete="username" required />
          <input name="password" type="password" placeholder="password" autoComplete="current-password" required />
          <button type="submit">Sign in</button>
        </form>
      ) : (
        <button type="button" onClick={() => setFormOpen(true)}>
          other…
        </button>
      )}
    </>
  );
}

import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Mark } from '../../components/mark.tsx';
import { ThemeButton } from '../../components/theme.tsx';
import { pageContext } from '../server-api.ts';
import { LoginForm } from './login-form.tsx';

export const metadata: Metadata = { title: 'Log in' };
export const dynamic = 'force-dynamic';

/** A path of ours, never another site's: "/trades", not "//elsewhere". */
const safePath = (given: unknown): string =>
  typeof given === 'string' && /^\/(?![/\\])/.test(given) ? given : '/';

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safePath((await searchParams).next);
  const { actor } = await pageContext();
  if (actor) redirect(next);
  return (
    <main className="grid min-h-screen place-items-center p-5">
      <div className="w-full max-w-[340px]">
        <div className="mb-5 flex items-center justify-between">
          <h1 className="flex items-center gap-2 font-semibold text-[17px]">
            <Mark /> Lockstep
          </h1>
          <ThemeButton />
        </div>
        <LoginForm next={next} />
      </div>
    </main>
  );
}

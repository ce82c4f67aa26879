import type { Metadata } from 'next';
import Link from 'next/link';
import { callerOf } from '#server/api/root.ts';
import { InvitationForm } from '../../../components/invitation-form.tsx';
import { Mark } from '../../../components/mark.tsx';
import { buttonClass } from '../../../components/ui/button.tsx';
import { pageContext } from '../../server-api.ts';

export const metadata: Metadata = { title: 'Invitation', robots: { index: false }, referrer: 'no-referrer' };
export const dynamic = 'force-dynamic';

/** What the holder of an invitation's link sees: whom it is for, and the questions that make the user. */
export default async function InvitationPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const found = await callerOf(await pageContext())
    .invitations.read({ token })
    .catch(() => null);
  return (
    <main className="grid min-h-screen place-items-center p-5">
      <div className="w-full max-w-[380px]">
        <h1 className="mb-5 flex items-center gap-2 font-semibold text-[17px]">
          <Mark /> Lockstep
        </h1>
        {found ? (
          <InvitationForm token={token} email={found.email} role={found.role} />
        ) : (
          <div className="rounded-lg border border-line bg-surface p-5">
            <p className="font-semibold">This invitation no longer counts</p>
            <p className="mt-1 text-text-2">It was used, ended or ran out. Ask an admin for a new one.</p>
            <Link href="/login" className={`${buttonClass()} mt-4`}>
              Log in
            </Link>
          </div>
        )}
      </div>
    </main>
  );
}

'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Failed } from '../states.tsx';
import { ApiTokens } from './api-tokens.tsx';
import { PasswordCard } from './password-card.tsx';
import { ProfileCard } from './profile-card.tsx';
import { SecondFactor } from './second-factor.tsx';
import { Sessions } from './sessions.tsx';

export type Profile = Outputs['profile']['get'];

/** Who one is, how one gets in, and what machines may do in one's name. */
export function SettingsView({ first }: { first: Profile }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.profile.get.queryOptions(undefined, { initialData: first }));
  const profile = query.data;
  return (
    <>
      <h1 className="font-semibold text-[22px]">Settings</h1>
      {query.isError ? (
        <Failed
          what="Your settings could not be asked for again"
          stillTrue="What shows is from before."
          retry={() => void query.refetch()}
        />
      ) : null}
      <div className="grid items-start gap-4 desk:grid-cols-2">
        <div className="grid gap-4">
          <ProfileCard profile={profile} />
          <PasswordCard />
          <SecondFactor profile={profile} />
        </div>
        <div className="grid gap-4">
          <Sessions />
          {profile.role === 'researcher' ? null : <ApiTokens />}
        </div>
      </div>
    </>
  );
}

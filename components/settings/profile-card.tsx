'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { timeOfDay } from '../format.ts';
import { useNow } from '../now.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { Select } from '../ui/select.tsx';
import type { Profile } from './settings-view.tsx';
import { timeZones } from './time-zones.ts';

/** Name and time zone. */
export function ProfileCard({ profile }: { profile: Profile }) {
  const trpc = useTRPC();
  const router = useRouter();
  const now = useNow();
  const [zone, setZone] = useState(profile.timeZone);
  // the frame of the page knows the name and the zone as well
  const save = useAct(trpc.profile.set.mutationOptions(), () => router.refresh());
  return (
    <Card title="Profile" aside={profile.role}>
      <form
        className="grid gap-3 p-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          void save.run({ name: textOf(new FormData(event.currentTarget), 'name'), timeZone: zone });
        }}
      >
        <p className="text-text-2">{profile.email}</p>
        <Field label="Name" name="name" required maxLength={80} defaultValue={profile.name} />
        <Select
          label="Time zone"
          value={zone}
          choices={timeZones(profile.timeZone)}
          hint={`There it is ${timeOfDay(now, zone, now)} now.`}
          onChange={(event) => setZone(event.target.value)}
        />
        <Problem text={save.problem} />
        <Button type="submit" look="primary" disabled={save.busy} className="justify-self-start">
          {save.busy ? 'Saving' : 'Save the profile'}
        </Button>
      </form>
    </Card>
  );
}

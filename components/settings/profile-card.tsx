'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { timeOfDay } from '../format.ts';
import { useNow } from '../now.ts';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { Form, textOf } from '../ui/form.tsx';
import { SaveRow } from '../ui/save-row.tsx';
import { Select } from '../ui/select.tsx';
import type { Profile } from './settings-view.tsx';
import { timeZones } from './time-zones.ts';

/** Name and time zone. */
export function ProfileCard({ profile }: { profile: Profile }) {
  const trpc = useTRPC();
  const router = useRouter();
  const now = useNow();
  const [zone, setZone] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const shown = zone ?? profile.timeZone;
  const save = useAct(trpc.profile.set.mutationOptions(), () => {
    setZone(null);
    setSaid('Saved.');
    // the frame of the page knows the name and the zone as well
    router.refresh();
  });
  return (
    <Card title="Profile" aside={profile.role}>
      <Form
        key={profile.name}
        className="grid gap-3 p-3.5"
        onChange={() => setSaid(null)}
        onSubmit={(form) => void save.run({ name: textOf(form, 'name'), timeZone: shown })}
      >
        <p className="text-text-2">{profile.email}</p>
        <Field label="Name" name="name" required maxLength={80} defaultValue={profile.name} />
        <Select
          label="Time zone"
          value={shown}
          choices={timeZones(profile.timeZone)}
          hint={`There it is ${timeOfDay(now, shown, now)} now.`}
          onChange={(event) => setZone(event.target.value)}
        />
        <SaveRow act="Save the profile" doing={save} said={said} />
      </Form>
    </Card>
  );
}

import { redirect } from 'next/navigation';

/** The first screen of the desk. */
export default function Home() {
  redirect('/signals');
}

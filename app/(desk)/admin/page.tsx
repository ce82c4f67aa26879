import { redirect } from 'next/navigation';

/** The first of the admin's pages. */
export default function AdminPage() {
  redirect('/admin/users');
}

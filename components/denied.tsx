/** A page that this role does not have: whose it is, and that nothing is wrong. */
export function Denied({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-surface px-5 py-10 text-center">
      <h1 className="font-semibold text-[15px]">{title}</h1>
      <p className="mx-auto mt-1 max-w-[52ch] text-text-2">{children}</p>
    </div>
  );
}

/** Pages of people who trade; a researcher has no account. */
export function NoAccounts() {
  return (
    <Denied title="A researcher has no accounts">
      Strategies, accounts and trades belong to the people who trade. Ask an admin for the role of a user to
      trade here.
    </Denied>
  );
}

/** Pages of admins. */
export function AdminOnly() {
  return (
    <Denied title="Only an admin sees this">
      Users, platform limits and switches are set by admins. Your own limits are on your accounts’ pages.
    </Denied>
  );
}

import Link from 'next/link';
import { buttonClass } from './ui/button.tsx';

/** What stands where there is no such thing, or where it is not the person's. */
export function NothingHere() {
  return (
    <div className="grid min-h-[60vh] place-items-center p-6 text-center">
      <div>
        <h1 className="font-semibold text-lg">There is nothing here</h1>
        <p className="mt-1 text-text-2">The address is wrong, or what it names is not in your accounts.</p>
        <Link href="/signals" className={`${buttonClass('primary')} mt-4`}>
          Go to signals
        </Link>
      </div>
    </div>
  );
}

'use client';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';

/** One filter of a list as the URL holds it, and the way to change it; an empty value takes it away. */
export function useUrlParam(param: string): [string, (value: string) => void] {
  const params = useSearchParams();
  const router = useRouter();
  const path = usePathname();
  const set = (value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(param, value);
    else next.delete(param);
    router.replace(next.size > 0 ? `${path}?${next}` : path, { scroll: false });
  };
  return [params.get(param) ?? '', set];
}

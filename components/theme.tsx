'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { ThemeProvider as NextThemes, useTheme } from 'next-themes';
import { type ReactNode, useSyncExternalStore } from 'react';

/**
 * Light, dark or the system's, by the class on <html>. The nonce lets the libraries that write a <style> of their own
 * (the theme's change, a dialog that locks scrolling) do so under the content security policy.
 */
export function ThemeProvider({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  if (typeof window !== 'undefined' && nonce) Object.assign(window, { __webpack_nonce__: nonce });
  return (
    <NextThemes
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce ? { nonce } : {})}
    >
      {children}
    </NextThemes>
  );
}

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
const WORD = { system: 'as the system', light: 'light', dark: 'dark' } as const;
const ICON = { system: Monitor, light: Sun, dark: Moon } as const;

const neverChanges = () => () => undefined;

/** One button that walks system, light, dark; its name says what it is now. */
export function ThemeButton() {
  const { theme, setTheme } = useTheme();
  const mounted = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  const now = mounted && (theme === 'light' || theme === 'dark') ? theme : 'system';
  const Icon = ICON[now];
  return (
    <button
      type="button"
      onClick={() => setTheme(NEXT[now])}
      aria-label={`Appearance: ${WORD[now]}. Change`}
      title={`Appearance: ${WORD[now]}`}
      className="grid size-8 place-items-center rounded-md text-text-2 hover:bg-raised hover:text-text"
    >
      <Icon size={15} aria-hidden />
    </button>
  );
}

'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';

const SAID_MS = 2_000;

/** Over plain http there is no clipboard: the text is selected instead, ready for the keyboard. */
function copyOrSelect(text: string, shown: HTMLElement | null): boolean {
  if (navigator.clipboard) {
    void navigator.clipboard.writeText(text).catch(() => undefined);
    return true;
  }
  if (shown) window.getSelection()?.selectAllChildren(shown);
  return false;
}

/** Text to take along: shown whole, copied with one press. */
export function CopyText({ text, what }: { text: string; what: string }) {
  const shown = useRef<HTMLElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = () => {
    setSaid(copyOrSelect(text, shown.current) ? 'Copied' : 'Selected: copy it now');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSaid(null), SAID_MS);
  };
  return (
    <div className="flex flex-wrap items-start gap-2">
      <pre className="min-w-0 flex-1 basis-60 overflow-x-auto whitespace-pre-wrap break-all rounded-[7px] border border-line bg-raised px-2.5 py-2 font-mono text-xs">
        <code ref={shown}>{text}</code>
      </pre>
      <Button onClick={copy} aria-label={`Copy ${what}`}>
        {said === 'Copied' ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        <span aria-live="polite">{said ?? 'Copy'}</span>
      </Button>
    </div>
  );
}

'use client';
/**
 * One live stream for all windows of a person: a browser opens six connections to a server over http/1.1, a stream keeps one of
 * them, and a seventh window would never load. The window that holds the lock listens and tells the others; when it goes, the next
 * one takes its turn. Where a browser has no locks (plain http from another machine) every window has a stream of its own.
 * Entry point: useOneStream.
 */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';

/** `started`: a stream begins, what was before it is unknown. `lost`, `found`: the connection. Else the topic of an event. */
export type News = 'started' | 'lost' | 'found' | { topic: string };

/** A window that has just opened asks how the connection is. */
const HELLO = 'hello';

interface OneStream {
  /** Whether this window listens for all. */
  isMine: boolean;
  /** Passes on what this window's stream says: to this window and to the others. */
  tell: (news: News) => void;
}

/** `name`: equal in windows that share a stream. `onNews` is called in every window. */
export function useOneStream(name: string, onNews: (news: News) => void): OneStream {
  const [isMine, setMine] = useState(false);
  const channel = useRef<BroadcastChannel | null>(null);
  const isLost = useRef(false);
  const hear = useEffectEvent(onNews);

  const tell = useCallback(
    (news: News) => {
      if (typeof news === 'string') isLost.current = news === 'lost';
      channel.current?.postMessage(news);
      onNews(news);
    },
    [onNews],
  );

  useEffect(() => {
    if (!navigator.locks) {
      setMine(true);
      return;
    }
    const others = new BroadcastChannel(name);
    channel.current = others;
    let holds = false;
    others.onmessage = ({ data }: MessageEvent<News | typeof HELLO>) => {
      if (data !== HELLO) hear(data);
      else if (holds) others.postMessage(isLost.current ? 'lost' : 'found');
    };
    others.postMessage(HELLO);
    // what changed before this window could hear
    hear('started');
    const left = new AbortController();
    const untilLeft = new Promise<void>((resolve) => left.signal.addEventListener('abort', () => resolve()));
    const turn = async () => {
      holds = true;
      setMine(true);
      await untilLeft;
    };
    navigator.locks.request(name, { signal: left.signal }, turn).catch(() => undefined);
    return () => {
      left.abort();
      others.close();
      channel.current = null;
      setMine(false);
    };
  }, [name]);

  return { isMine, tell };
}

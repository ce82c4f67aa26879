import type { PublicPlace } from '../../app/public-url.ts';

/** What TradingView needs to reach this installation. */
export function PublicNote({ place }: { place: PublicPlace }) {
  if (place.isPublic) {
    const { protocol, port } = new URL(place.url);
    const isPlainPort = port === '' || port === '80' || port === '443';
    return (
      <p className="text-text-2">
        Alerts arrive at {place.url}.{' '}
        {isPlainPort ? null : (
          <span className="text-warn">
            TradingView sends to ports 80 and 443 only, and this is port {port}: put a reverse proxy in front.{' '}
          </span>
        )}
        {protocol === 'http:' ? (
          <span className="text-warn">Over http the address can be read on its way: use https.</span>
        ) : null}
      </p>
    );
  }
  return (
    <div className="rounded-lg border border-line border-l-[3px] border-l-warn px-3 py-2.5 text-text-2">
      <p>
        <b className="text-text">TradingView cannot reach {place.url} yet.</b> It sends to ports 80 and 443 of
        a public address. Put a reverse proxy in front, or open a tunnel (cloudflared, ngrok, Tailscale
        Funnel) to this port, and start Lockstep with{' '}
        <code className="font-mono text-xs">LOCKSTEP_PUBLIC_URL=https://your.address</code>. Test alerts from
        this page work without it.
      </p>
    </div>
  );
}

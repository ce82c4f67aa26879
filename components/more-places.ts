/** The places where things are set up, by role. Pure. */
import { Building2, Settings, ShieldCheck, Waypoints } from 'lucide-react';

export const SETUP_PLACES = [
  { href: '/strategies', name: 'Strategies', Icon: Waypoints, roles: ['user', 'admin'] },
  { href: '/brokers', name: 'Brokers', Icon: Building2, roles: ['user', 'admin'] },
  { href: '/admin', name: 'Admin', Icon: ShieldCheck, roles: ['admin'] },
  { href: '/settings', name: 'Settings', Icon: Settings, roles: ['user', 'researcher', 'admin'] },
] as const;

export const placesOf = (role: string) =>
  SETUP_PLACES.filter((place) => place.roles.some((allowed) => allowed === role));

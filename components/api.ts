'use client';
/** The browser's side of the API. Types come from the router; nothing of the server is bundled. */
import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { Api } from '#server/api/root.ts';

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<Api>();

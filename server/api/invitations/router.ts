import { acceptInvitation } from '#server/api/invitations/accept-invitation.ts';
import { createInvitation } from '#server/api/invitations/create-invitation.ts';
import { listInvitations } from '#server/api/invitations/list-invitations.ts';
import { readInvitation } from '#server/api/invitations/read-invitation.ts';
import { revokeInvitation } from '#server/api/invitations/revoke-invitation.ts';
import { router } from '#server/api/trpc.ts';

export const invitations = router({
  list: listInvitations,
  create: createInvitation,
  revoke: revokeInvitation,
  read: readInvitation,
  accept: acceptInvitation,
});

import { beginSecondFactor } from '#server/api/profile/begin-second-factor.ts';
import { changePassword } from '#server/api/profile/change-password.ts';
import { confirm } from '#server/api/profile/confirm.ts';
import { disableSecondFactor } from '#server/api/profile/disable-second-factor.ts';
import { enableSecondFactor } from '#server/api/profile/enable-second-factor.ts';
import { endOtherSessions } from '#server/api/profile/end-other-sessions.ts';
import { endSession } from '#server/api/profile/end-session.ts';
import { getProfile } from '#server/api/profile/get-profile.ts';
import { listSessions } from '#server/api/profile/list-sessions.ts';
import { renewRecoveryCodes } from '#server/api/profile/renew-recovery-codes.ts';
import { setProfile } from '#server/api/profile/set-profile.ts';
import { router } from '#server/api/trpc.ts';

export const profile = router({
  get: getProfile,
  set: setProfile,
  confirm,
  changePassword,
  sessions: listSessions,
  endSession,
  endOtherSessions,
  beginSecondFactor,
  enableSecondFactor,
  disableSecondFactor,
  renewRecoveryCodes,
});

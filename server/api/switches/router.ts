import { listSwitches } from '#server/api/switches/list-switches.ts';
import { listSwitchesAdmin } from '#server/api/switches/list-switches-admin.ts';
import { previewSwitch } from '#server/api/switches/preview-switch.ts';
import { previewSwitchAdmin } from '#server/api/switches/preview-switch-admin.ts';
import { setSwitch } from '#server/api/switches/set-switch.ts';
import { setSwitchAdmin } from '#server/api/switches/set-switch-admin.ts';
import { router } from '#server/api/trpc.ts';

export const switches = router({
  list: listSwitches,
  preview: previewSwitch,
  set: setSwitch,
  listAdmin: listSwitchesAdmin,
  previewAdmin: previewSwitchAdmin,
  setAdmin: setSwitchAdmin,
});

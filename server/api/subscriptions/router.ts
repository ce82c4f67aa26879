import { createSubscription } from '#server/api/subscriptions/create-subscription.ts';
import { listSubscriptions } from '#server/api/subscriptions/list-subscriptions.ts';
import { setSubscriptionStatus } from '#server/api/subscriptions/set-subscription-status.ts';
import { updateSubscription } from '#server/api/subscriptions/update-subscription.ts';
import { router } from '#server/api/trpc.ts';

export const subscriptions = router({
  list: listSubscriptions,
  create: createSubscription,
  update: updateSubscription,
  setStatus: setSubscriptionStatus,
});

import { sendTestAlert } from '#server/api/test-alerts/send-test-alert.ts';
import { router } from '#server/api/trpc.ts';

export const testAlerts = router({ send: sendTestAlert });

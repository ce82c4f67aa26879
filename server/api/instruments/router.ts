import { listInstruments } from '#server/api/instruments/list-instruments.ts';
import { listMarkets } from '#server/api/instruments/list-markets.ts';
import { router } from '#server/api/trpc.ts';

export const instruments = router({ list: listInstruments, markets: listMarkets });

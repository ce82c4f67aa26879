/** The application's pages, read from app/, so that a new one is looked at without being told of. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

const APP = path.resolve(import.meta.dirname, '../app');

/** Paths of the pages: folders of app/ with a page.tsx, groups aside. */
export const PAGES = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'page.tsx')
  .map((file) => `/${path.dirname(file)}`.replace(/\/\([^)]+\)/g, '').replace(/\/?\.?$/, '') || '/')
  .sort();

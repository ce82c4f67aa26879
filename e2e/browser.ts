/**
 * The browser of the tests: the one at PLAYWRIGHT_CHROMIUM_PATH, else the one that npm brought, with the libraries of
 * its own package in front, so that nothing has to be installed on the machine; else the one that Playwright knows.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const CACHE = path.resolve(import.meta.dirname, '../node_modules/.cache/lockstep-chromium');

/** The package's own default arguments run one single process, and closing a page then ends the browser. */
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

/**
 * Which fonts there are: the package's own list names directories of its hosts only. Without any font the browser ends
 * itself as soon as a page wants letters before its own font has come, which a slow line does.
 */
const FONTS_FILE = 'lockstep-fonts.conf';
const fontsList = (home: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(home, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${path.join(home, 'fonts-cache')}</cachedir>
</fontconfig>
`;

interface Launch {
  executablePath?: string;
  args?: string[];
  env?: Record<string, string>;
}

/** What Playwright needs to launch it. Unpacks the package's browser once. */
export async function browserLaunch(): Promise<Launch> {
  const given = process.env.PLAYWRIGHT_CHROMIUM_PATH;
  if (given) return { executablePath: given, args: ARGS };
  if (process.platform !== 'linux' || process.arch !== 'x64') return {};
  if (!existsSync(CACHE)) await unpack();
  await writeFile(path.join(CACHE, FONTS_FILE), fontsList(CACHE));
  return {
    executablePath: path.join(CACHE, 'chromium'),
    args: ARGS,
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: [path.join(CACHE, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
        .filter(Boolean)
        .join(':'),
      FONTCONFIG_FILE: path.join(CACHE, FONTS_FILE),
    },
  };
}

/** The package unpacks into the directory for temporary files, and its libraries only where it believes to be hosted. */
const PACKAGE_ENV = ['TMPDIR', 'AWS_EXECUTION_ENV', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'HOME'] as const;

async function unpack(): Promise<void> {
  const parent = path.dirname(CACHE);
  await mkdir(parent, { recursive: true });
  const aside = await mkdtemp(path.join(parent, 'chromium-'));
  const before = PACKAGE_ENV.map((name) => [name, process.env[name]] as const);
  try {
    process.env.TMPDIR = aside;
    process.env.AWS_EXECUTION_ENV = 'AWS_Lambda_nodejs24.x';
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  // whole or not at all: a killed run leaves no half of a browser behind
  await rename(aside, CACHE).catch(() => rm(aside, { recursive: true, force: true }));
}

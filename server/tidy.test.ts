/**
 * The house rules that a machine can check: which folder may import which, who writes which table, how long files and
 * functions are, and that rules take the clock instead of reading it. The sizes have no exceptions; the one to the single
 * writers is listed with its reason.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { STAGE_NAMES, STAGES, writerOf } from '#prisma/writers.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const FOLDERS = ['app', 'components', 'server', 'jobs', 'prisma', 'scripts', 'e2e', 'bench', 'drills'];
const LONGEST_FILE = 300;
const LONGEST_FUNCTION = 70;
const LONGEST_SQL_FUNCTION = 60;

/** Modules outside the stages that write their tables, with the reason. */
const FOREIGN_WRITERS: Readonly<Record<string, string>> = {
  'server/replay/world.ts': "sets up a replay's own, empty database as its owner",
};

const isTest = (file: string): boolean => /\.test\.tsx?$|\.fixtures\.ts$|\/tests\//.test(file);

interface Source {
  file: string;
  text: string;
  lines: string[];
}

function sources(pattern: RegExp): Source[] {
  return FOLDERS.flatMap((folder) => {
    try {
      return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
    } catch {
      return [];
    }
  })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/node_modules|generated/.test(file))
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      return { file: path.relative(ROOT, file), text, lines: text.trimEnd().split('\n') };
    });
}

const code = sources(/\.tsx?$/);
const product = code.filter(({ file }) => !isTest(file));
const sql = sources(/\.sql$/).filter(({ file }) => file.startsWith('prisma/sql/'));

/** The folders of this project that a file imports from. */
function importsOf({ file, text }: Source): { specifier: string; target: string; isType: boolean }[] {
  return [...text.matchAll(/^\s*(?:import|export)\s+(type\s+)?[^;]*?from\s+'([^']+)'/gms)].map(
    ([, type, specifier = '']) => {
      const target = specifier.startsWith('#')
        ? specifier.slice(1)
        : specifier.startsWith('.')
          ? path.relative(ROOT, path.resolve(ROOT, path.dirname(file), specifier))
          : '';
      return { specifier, target, isType: Boolean(type) };
    },
  );
}

describe('import arrows', () => {
  it('server/ imports neither app/, components/ nor jobs/; jobs/ no pages', () => {
    const wrong = product.flatMap((source) =>
      importsOf(source)
        .filter(({ target }) =>
          source.file.startsWith('server/')
            ? /^(app|components|jobs|e2e)\//.test(target)
            : source.file.startsWith('jobs/') && /^(app|components|e2e)\//.test(target),
        )
        .map(({ specifier }) => `${source.file} → ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('components/ take nothing but types and pure helpers from server/', () => {
    const wrong = product
      .filter(({ file }) => file.startsWith('components/'))
      .flatMap((source) =>
        importsOf(source)
          .filter(
            ({ target, isType }) =>
              !isType && /^(jobs|prisma|server\/(db|web-db|queue|boss|env))/.test(target),
          )
          .map(({ specifier }) => `${source.file} → ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  it('there are no barrel files', () => {
    expect(product.filter(({ file }) => /\/index\.tsx?$/.test(file)).map(({ file }) => file)).toEqual([]);
  });
});

describe('single writers', () => {
  it('no SQL file writes a table of another stage than the one whose role it takes', () => {
    const wrong = sql.flatMap(({ file, lines }) => {
      let role = '';
      return lines.flatMap((line, index) => {
        role = /^set local role lockstep_(\w+);/.exec(line)?.[1] ?? (/^reset role;/.test(line) ? '' : role);
        const table = /\b(?:insert into|update|delete from)\s+(?:only\s+)?public\.(\w+)/.exec(
          line.replace(/--.*/, ''),
        )?.[1];
        const writer = table ? writerOf(table) : null;
        return writer && writer !== role
          ? [`${file}:${index + 1} ${role || 'owner'} writes ${table} of ${writer}`]
          : [];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('no TypeScript of the product writes a stage table', () => {
    const tables = STAGE_NAMES.flatMap((stage) => [...STAGES[stage]]).join('|');
    const pattern = new RegExp(`\\b(insert into|update|delete from)\\s+public\\.(${tables})\\b`, 'i');
    const wrong = product
      .filter(({ file }) => /^(server|jobs|app|components)\//.test(file))
      .filter(({ file, text }) => pattern.test(text) && !(file in FOREIGN_WRITERS))
      .map(({ file }) => file);
    expect(wrong).toEqual([]);
  });

  it('the roles of prisma/roles.sql are those of the map', () => {
    const roles = readFileSync(path.join(ROOT, 'prisma/roles.sql'), 'utf8');
    const listed = [
      ...(/v_stages text\[\] := array\[([^\]]+)\]/.exec(roles)?.[1]?.matchAll(/'(\w+)'/g) ?? []),
    ].map((m) => m[1]);
    expect(listed).toEqual(STAGE_NAMES);
  });
});

describe('sizes', () => {
  it(`no file is longer than ${LONGEST_FILE} lines`, () => {
    const long = [...code, ...sql]
      .filter(({ lines }) => lines.length > LONGEST_FILE)
      .map(({ file, lines }) => `${file}: ${lines.length}`);
    expect(long).toEqual([]);
  });

  it(`no function is longer than ${LONGEST_FUNCTION} lines`, () => {
    const long = product.flatMap(({ file, lines }) =>
      lines.flatMap((line, start) => {
        const indent = /^(\s*)(?:export )?(?:default )?(?:async )?function\b/.exec(line)?.[1];
        if (indent === undefined) return [];
        const end = lines.findIndex((other, index) => index > start && other === `${indent}}`);
        const length = end - start + 1;
        return length > LONGEST_FUNCTION ? [`${file}:${start + 1}: ${length}`] : [];
      }),
    );
    expect(long).toEqual([]);
  });

  it(`no SQL function is longer than ${LONGEST_SQL_FUNCTION} lines`, () => {
    const long = sql.flatMap(({ file, lines }) =>
      lines.flatMap((line, start) => {
        if (!/^create or replace function/.test(line)) return [];
        const end = lines.findIndex(
          (other, index) =>
            index > start && /^(end\s*)?\$\w*\$;?\s*$|\$\$;?\s*$/.test(other) && index > start + 1,
        );
        const length = end - start + 1;
        return length > LONGEST_SQL_FUNCTION ? [`${file}:${start + 1}: ${length}`] : [];
      }),
    );
    expect(long).toEqual([]);
  });
});

/** Time that passed is measured, not decided by. */
const ELAPSED = /clock_timestamp\(\) - statement_timestamp\(\)/;

describe('rules', () => {
  it('never read the clock or roll dice of their own', () => {
    const wrong = product
      .filter(({ file }) => /^server\/(pipeline|options|engine|strategy)\//.test(file))
      .flatMap(({ file, lines }) =>
        lines.flatMap((line, index) =>
          /\bDate\.now\(\)|\bMath\.random\(\)|new Date\(\)/.test(line.replace(/\/\/.*|^\s*\*.*/, ''))
            ? [`${file}:${index + 1}`]
            : [],
        ),
      );
    expect(wrong).toEqual([]);
  });

  it('in SQL take their time from fn.clock()', () => {
    const wrong = sql
      .filter(({ file }) => !file.endsWith('00_common.sql'))
      .flatMap(({ file, lines }) =>
        lines.flatMap((line, index) =>
          /\b(clock_timestamp|statement_timestamp|transaction_timestamp|now)\s*\(\)|\bcurrent_(timestamp|date)\b/i.test(
            line.replace(/--.*/, '').replace(ELAPSED, ''),
          )
            ? [`${file}:${index + 1}`]
            : [],
        ),
      );
    expect(wrong).toEqual([]);
  });
});

/**
 * A reverse proxy that speaks https with a certificate of its own making, as an operator would put in front.
 * Entry points: canMakeCertificates (openssl is there), openHttpsProxy.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const canMakeCertificates = (): Promise<boolean> =>
  run('openssl', ['version']).then(
    () => true,
    () => false,
  );

async function makeCertificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lockstep-certificate-'));
  const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
  try {
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    await run('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', cert]);
    return { key: await readFile(key), cert: await readFile(cert) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

export interface HttpsProxy {
  url: string;
  close: () => Promise<void>;
}

/** Passes everything on to `target`, and says what an honest proxy says of the request. */
export async function openHttpsProxy(target: string): Promise<HttpsProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer(await makeCertificate(), (inward, answer) => {
    const headers = {
      ...inward.headers,
      'x-forwarded-proto': 'https',
      'x-forwarded-for': inward.socket.remoteAddress ?? '',
      'x-forwarded-host': inward.headers.host ?? '',
    };
    const { url: place, method } = inward;
    const outward = request({ hostname, port, path: place, method, headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    outward.on('error', () => answer.destroy());
    answer.on('close', () => outward.destroy());
    inward.pipe(outward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

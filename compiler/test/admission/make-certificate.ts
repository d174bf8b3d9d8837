// Names → X.509 certificates of one authority, made when a test runs, so that no key lies in the repository. DER as RFC 5280 has it,
// with P-256 keys; just what TLS needs.

import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** PEM texts. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly issue: (subject: Subject) => Issued;
}

export interface Subject {
  readonly name: string;
  /** DNS names; 127.0.0.1 is always one of the addresses. */
  readonly dns?: readonly string[];
  /** When it ends, unless in an hour. */
  readonly notAfter?: Date;
}

/** A new authority with a key of its own. */
export function createAuthority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const hour = 3_600_000;
  const make = (subject: Subject, publicKey: KeyObject, extensions: readonly Buffer[]): string => {
    const body = sequence(
      tagged(0xa0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
      ecdsaSha256,
      nameOf(name),
      sequence(time(new Date(Date.now() - hour)), time(subject.notAfter ?? new Date(Date.now() + hour))),
      nameOf(subject.name),
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions)),
    );
    const signature = tagged(0x03, Buffer.from([0]), sign('sha256', body, keys.privateKey));
    return pem('CERTIFICATE', sequence(body, ecdsaSha256, signature));
  };
  const isAuthority = extension('551d13', sequence(tagged(0x01, Buffer.from([0xff]))));
  return {
    certificate: make({ name }, keys.publicKey, [isAuthority]),
    issue: (subject) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = (subject.dns ?? ['localhost']).map((dns) => tagged(0x82, Buffer.from(dns)));
      const address = tagged(0x87, Buffer.from([127, 0, 0, 1]));
      const certificate = make(subject, createPublicKey(own.privateKey), [
        extension('551d11', sequence(...names, address)),
      ]);
      return { certificate, key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
  };
}

function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return tagged(0x30, ...contents);
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const ecdsaSha256 = sequence(objectId('2a8648ce3d040302'));

/** A common name (2.5.4.3) and nothing else. */
function nameOf(text: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(text)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), tagged(0x04, value));
}

/** UTCTime: two digits of the year, to the second. */
function time(date: Date): Buffer {
  return tagged(
    0x17,
    Buffer.from(
      `${date
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2, 14)}Z`,
    ),
  );
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

import { describe, expect, it } from 'vitest';
import { createNetworkList, resolveClient } from './http-client.ts';

const trusted = createNetworkList(['127.0.0.1/32', '::1', '10.0.0.0/8']);

function resolve(peer: string, headers: Record<string, string> = {}): ReturnType<typeof resolveClient> {
  return resolveClient(peer, new Headers(headers), trusted);
}

describe('resolveClient', () => {
  it('believes no header of a peer that is not trusted', () => {
    const client = resolve('203.0.113.9', { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' });
    expect(client).toEqual({ address: '203.0.113.9', isLocal: false, forwarded: null });
  });

  it('takes the nearest address that is not a trusted proxy, whatever a client put in front of it', () => {
    const client = resolve('127.0.0.1', { 'x-forwarded-for': '1.2.3.4, 198.51.100.7, 10.1.2.3' });
    expect(client.address).toBe('198.51.100.7');
  });

  it('stops at what is no address', () => {
    expect(resolve('127.0.0.1', { 'x-forwarded-for': '1.2.3.4, "evil"' }).address).toBe('127.0.0.1');
  });

  it('reads protocol and host from a trusted proxy', () => {
    const headers = {
      'x-real-ip': '2001:db8::1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'localhost:8443',
    };
    expect(resolve('::ffff:127.0.0.1', headers)).toEqual({
      address: '2001:db8::1',
      isLocal: false,
      forwarded: { protocol: 'https', host: 'localhost:8443' },
    });
  });

  it('calls a loopback peer local only when no header speaks of a proxy', () => {
    expect(resolve('127.0.0.1').isLocal).toBe(true);
    expect(resolve('::1').isLocal).toBe(true);
    for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
      expect(resolve('127.0.0.1', { [header]: 'x' }).isLocal).toBe(false);
    }
    expect(resolve('10.0.0.1').isLocal).toBe(false);
  });
});

import { BlockList, isIP, isIPv6 } from 'node:net';

/** Who is at the other end of a request, after trusted proxies are taken out of the way. */
export interface HttpClient {
  /** Address of the client itself. */
  readonly address: string;
  /** The connection comes from loopback and names no proxy: somebody on this machine. */
  readonly isLocal: boolean;
  /** What a trusted proxy says about the request it received; null when there is none. */
  readonly forwarded: { readonly protocol: 'http' | 'https' | null; readonly host: string | null } | null;
}

/** The networks of `cidrs`, which the configuration has checked. A bare address means itself. */
export function createNetworkList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const loopback = createNetworkList(['127.0.0.0/8', '::1/128']);

/**
 * Reads X-Forwarded-For from right to left and stops at the first address that is not a trusted proxy: everything to the
 * left of it may be invented. From a peer that is not trusted no header is believed.
 */
export function resolveClient(peerAddress: string, headers: Headers, trusted: BlockList): HttpClient {
  const peer = normalizeAddress(peerAddress);
  const mentionsProxy = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) =>
    headers.has(name),
  );
  const isLocal = contains(loopback, peer) && !mentionsProxy;
  if (!contains(trusted, peer) || !mentionsProxy) return { address: peer, isLocal, forwarded: null };
  const hops = (headers.get('x-forwarded-for') ?? headers.get('x-real-ip') ?? '')
    .split(',')
    .map((hop) => normalizeAddress(hop.trim()))
    .reverse();
  let address = peer;
  for (const hop of hops) {
    if (isIP(hop) === 0) break;
    address = hop;
    if (!contains(trusted, hop)) break;
  }
  const protocol = headers.get('x-forwarded-proto');
  return {
    address,
    isLocal,
    forwarded: {
      protocol: protocol === 'http' || protocol === 'https' ? protocol : null,
      host: headers.get('x-forwarded-host'),
    },
  };
}

function contains(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** IPv4 addresses that arrive through an IPv6 socket, without the prefix. */
function normalizeAddress(address: string): string {
  return address.toLowerCase().startsWith('::ffff:') && isIP(address.slice(7)) === 4
    ? address.slice(7)
    : address;
}

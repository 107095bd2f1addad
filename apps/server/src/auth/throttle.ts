import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface ThrottleSettings {
  /** Failures allowed for one account from one address in the window. */
  readonly attempts: number;
  readonly windowSeconds: number;
}

/** An address may fail this many times as often as an account does: it may be a whole office, but not a dictionary. */
const addressFactor = 10;

interface ThrottleAnswer {
  /** 0 when the attempt may go on. */
  readonly waitSeconds: number;
  /** True for the first refusal in a window: the one worth a line in the audit log. */
  readonly isFirstRefusal: boolean;
}

/** Slows down guessing. Kept in memory: a restart forgives. */
export interface LoginThrottle {
  /** Counts one attempt, before the password is looked at. */
  attempt(name: string, address: string): Promise<ThrottleAnswer>;
  /** Forgives the account after a right password. */
  succeed(name: string, address: string): Promise<void>;
}

/** Counts by account and address, and by address alone. */
export function createLoginThrottle({ attempts, windowSeconds }: ThrottleSettings): LoginThrottle {
  const byAccount = new RateLimiterMemory({ points: attempts, duration: windowSeconds });
  const byAddress = new RateLimiterMemory({ points: attempts * addressFactor, duration: windowSeconds });
  const accountKey = (name: string, address: string): string =>
    JSON.stringify([name.toLowerCase().slice(0, 64), network(address)]);
  return {
    async attempt(name, address) {
      const waits = await Promise.all([
        consume(byAccount, accountKey(name, address)),
        consume(byAddress, network(address)),
      ]);
      const waitSeconds = Math.max(...waits.map((answer) => answer.waitSeconds));
      return { waitSeconds, isFirstRefusal: waits.some((answer) => answer.isFirstRefusal) };
    },
    async succeed(name, address) {
      await byAccount.delete(accountKey(name, address));
      await byAddress.reward(network(address), 1);
    },
  };
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<ThrottleAnswer> {
  try {
    await limiter.consume(key);
    return { waitSeconds: 0, isFirstRefusal: false };
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return {
      waitSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
      isFirstRefusal: refusal.consumedPoints === limiter.points + 1,
    };
  }
}

/** An IPv6 customer has a whole /64, so that is what counts as one address. */
function network(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('::');
  const front = head.split(':').filter((group) => group !== '');
  const back = tail.split(':').filter((group) => group !== '');
  const zeros = address.includes('::')
    ? Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
    : [];
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}

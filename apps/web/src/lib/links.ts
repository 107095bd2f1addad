import { resolve } from '$app/paths';
import type { ResolvedPathname } from '$app/types';

/** Where each thing with an identity lives. Every link of the app comes from here or from a literal path. */
export function conversationLink(id: string): ResolvedPathname {
  return resolve('/(app)/ai/[conversation]', { conversation: id });
}

export function turnLink(id: string, turn: number): ResolvedPathname {
  return resolve(`/(app)/ai/[conversation]#turn-${turn}`, { conversation: id });
}

export function rawLink(id: string): ResolvedPathname {
  return resolve('/(app)/ai/[conversation]?tab=raw', { conversation: id });
}

export function processLink(execId: string): ResolvedPathname {
  return resolve('/(app)/processes/[execId]', { execId });
}

export function eventLink(id: string): ResolvedPathname {
  return resolve('/(app)/event/[id]', { id });
}

export function ruleLink(id: string): ResolvedPathname {
  return resolve('/(app)/redaction/[id]', { id });
}

/** The activity page with filter text and view; `after` continues an earlier page. */
export function activityLink(
  filter: string,
  view: 'conversations' | 'events' = 'conversations',
  after: string | null = null,
): ResolvedPathname {
  const query = new URLSearchParams();
  if (filter !== '') query.set('q', filter);
  if (view === 'events') query.set('view', view);
  if (after !== null) query.set('after', after);
  return query.size === 0 ? resolve('/(app)/ai') : resolve(`/(app)/ai?${query.toString()}`);
}

interface PageAddress {
  readonly pathname: string;
  readonly search: string;
}

/** The same page further down: every other part of its address stays. */
export function olderLink(url: PageAddress, after: string): ResolvedPathname {
  const query = new URLSearchParams(url.search);
  query.set('after', after);
  return samePage(url, query);
}

/** The same page from its beginning. */
export function newestLink(url: PageAddress): ResolvedPathname {
  const query = new URLSearchParams(url.search);
  query.delete('after');
  return samePage(url, query);
}

function samePage(url: PageAddress, query: URLSearchParams): ResolvedPathname {
  // The path is the page's own, so it is resolved already.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return `${url.pathname}?${query.toString()}` as ResolvedPathname;
}

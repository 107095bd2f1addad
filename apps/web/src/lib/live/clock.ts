import { createSubscriber } from 'svelte/reactivity';

const tickMs = 10_000;

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, tickMs);
  return () => clearInterval(timer);
});

/** Milliseconds now; whoever reads it in a component is drawn anew every ten seconds. */
export function nowMs(): number {
  subscribe();
  return Date.now();
}

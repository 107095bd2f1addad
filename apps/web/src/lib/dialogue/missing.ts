const words: Record<string, string> = {
  request_not_seen: 'The request was not seen.',
  response_not_seen: 'No response was seen yet.',
  stream_gap: 'Part of the stream was lost.',
  attached_mid_stream: 'Capture began in the middle of this connection.',
  partial: 'Part of this exchange is missing.',
  metadata_only: 'Only the outline of this exchange was captured, not what was said.',
  unreadable_event: 'The stored event could not be read.',
};

/** A sentence for one entry of `confidence.missing`; an entry nobody taught it is shown as it is. */
export function missingSentence(entry: string): string {
  const [name = '', amount] = entry.split(':');
  if (name === 'bytes_lost' && amount !== undefined) return `${amount} bytes of the stream were lost.`;
  return words[name] ?? entry.replace(/_/g, ' ');
}

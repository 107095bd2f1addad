/**
 * Which conversation a request continues. A request belongs to the conversation whose earlier complete message list is the
 * beginning of its own; Responses requests also name the answer they continue. Nothing else ties requests together.
 *
 * A request whose list equals an earlier one, message for message, starts a conversation of its own: the same question asked
 * twice, or two hundred times at once, is two hundred conversations until one of them goes on. When several conversations share
 * the beginning, the one whose answer the new request repeats is continued, else the one that nobody continued yet.
 */
import type { AiRequestMessage, AiResponseMessage } from '../ai/types.ts';
import type { ConversationRef, Message } from '../event/types.ts';
import { LruMap } from '../cache/lru-map.ts';
import { dialogueOf, prefixDigests, speechOf, speechOfResponse } from './signature.ts';

/** One request as a place where a conversation can go on. */
export interface Turn extends ConversationRef {
  /** What the model answered; unknown until the response, or for ever. */
  answer?: string;
  continued: boolean;
}

interface Placement {
  readonly turn: Turn;
  /** Messages this request adds to what the conversation had. */
  readonly added: readonly Message[];
}

export interface ConversationStats {
  readonly conversations: number;
  readonly turns: number;
  /** Turns forgotten because too many were open; a later request that continues one starts anew. */
  readonly forgotten: number;
}

export interface ConversationTracker {
  placeRequest(execId: string, message: AiRequestMessage): Placement;
  noteResponse(execId: string, turn: Turn, message: AiResponseMessage): void;
  stats(): ConversationStats;
}

/** Turns kept for all processes together: about 300 bytes each. */
const maxTurns = 20_000;
/** Conversations kept with one and the same history. */
const maxTwins = 256;

function chooseTwin(twins: readonly Turn[], next: Message | undefined): Turn | undefined {
  if (next !== undefined && next.role === 'assistant') {
    const speech = speechOf(next);
    const answered = twins.filter((turn) => turn.answer === speech);
    const match = answered.find((turn) => !turn.continued) ?? answered.at(-1);
    if (match !== undefined) return match;
  }
  return twins.find((turn) => !turn.continued) ?? twins.at(-1);
}

/** Creates the tracker; `newId` makes conversation ids. */
export function createConversationTracker(newId: () => string): ConversationTracker {
  const byHistory = new LruMap<string, Turn[]>(maxTurns);
  const byResponse = new LruMap<string, Turn>(maxTurns);
  let conversations = 0;
  let turns = 0;

  interface Continued {
    readonly turn: Turn;
    /** Messages that were there before. */
    readonly known: number;
  }

  const findEarlier = (
    execId: string,
    message: AiRequestMessage,
    digests: readonly string[],
  ): Continued | undefined => {
    const { previousResponseId } = message.links;
    if (previousResponseId !== undefined) {
      const turn = byResponse.get(`${execId} ${previousResponseId}`);
      if (turn !== undefined) return { turn, known: 0 };
    }
    const dialogue = dialogueOf(message.data.messages);
    for (let known = dialogue.length - 1; known > 0; known -= 1) {
      const twins = byHistory.get(`${execId} ${digests[known - 1] ?? ''}`);
      const turn = twins === undefined ? undefined : chooseTwin(twins, dialogue[known]);
      if (turn !== undefined) return { turn, known };
    }
    return undefined;
  };

  const remember = (execId: string, history: string | undefined, turn: Turn): void => {
    // a request without messages has no history to recognise
    if (history === undefined) return;
    const key = `${execId} ${history}`;
    const twins = byHistory.get(key) ?? [];
    twins.push(turn);
    if (twins.length > maxTwins) twins.shift();
    byHistory.set(key, twins);
  };

  return {
    placeRequest(execId, message) {
      const dialogue = dialogueOf(message.data.messages);
      const digests = prefixDigests(dialogue);
      const earlier = findEarlier(execId, message, digests);
      if (earlier === undefined) conversations += 1;
      else earlier.turn.continued = true;
      turns += 1;
      const turn: Turn = {
        conversation_id: earlier?.turn.conversation_id ?? newId(),
        turn_number: (earlier?.turn.turn_number ?? 0) + 1,
        continued: false,
      };
      remember(execId, digests.at(-1), turn);
      return { turn, added: dialogue.slice(earlier?.known ?? 0) };
    },

    noteResponse(execId, turn, message) {
      turn.answer = speechOfResponse(message.data);
      if (message.responseId !== undefined) byResponse.set(`${execId} ${message.responseId}`, turn);
    },

    stats: () => ({ conversations, turns, forgotten: byHistory.evicted + byResponse.evicted }),
  };
}

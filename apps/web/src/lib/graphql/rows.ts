import type {
  AiConversationsResult,
  AiEventsResult,
  AiFacetsResult,
  CapturePageResult,
  ConversationPageResult,
  FrameResult,
  ProcessListResult,
  RedactionRulesResult,
} from '../gen/documents.ts';

/** The shapes lists and cards are given, by the fragments that fetch them. */
export type ConversationRow = AiConversationsResult['conversations']['edges'][number]['node'];
export type EventRow = AiEventsResult['events']['edges'][number]['node'];
export type ProcessRow = ProcessListResult['processes']['edges'][number]['node'];
export type ProcessRefRow = NonNullable<ConversationRow['process']>;
export type ConversationProcess = NonNullable<NonNullable<ConversationPageResult['conversation']>['process']>;
export type RuleRow = RedactionRulesResult['redactionRules'][number];
export type CaptureHealth = FrameResult['captureStatus'];
export type TargetRow = CapturePageResult['captureStatus']['targets'][number];
export type StageRow = CapturePageResult['captureStatus']['stages'][number];
export type DropRow = CapturePageResult['captureStatus']['drops'][number];
export type Facets = AiFacetsResult['facets'];

/** Numbers the writer must remember: `last_event_id` and `search_done_id`. */
export interface StoreStateTable {
  name: string;
  value: number;
}

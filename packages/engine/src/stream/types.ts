/**
 * What the stream stage takes: the fields of the kernel's `tls_data` and `tls_state` records it uses, structurally what the
 * generated wire decoder yields, so that a decoded record can be passed as it is.
 */

/** Which connection of which process. A reused SSL address gets a new `connUs`; a reused tgid a new start time. */
export interface ConnectionIdentity {
  readonly startBoottimeUs: number;
  readonly tgid: number;
  readonly ssl: number;
  readonly connUs: number;
}

export interface TlsDataInput extends ConnectionIdentity {
  /** `k_flag_truncated` 1, `k_flag_gap` 2. */
  readonly flags: number;
  /** When the record was made, at the end of the TLS call: microseconds of CLOCK_MONOTONIC, as all times here. */
  readonly ktimeUs: number;
  readonly enteredUs: number;
  /** Offset of the first payload byte in this direction's stream. */
  readonly position: number;
  readonly cgroupId: number | bigint;
  readonly tid: number;
  /** -1 when unknown. */
  readonly fd: number;
  readonly uid: number;
  /** Whether the process read these bytes or wrote them. */
  readonly direction: 'read' | 'write';
  /** A view that is valid during the call only; the stream stage copies what it keeps. */
  readonly payload: Uint8Array;
}

export interface TlsStateInput extends ConnectionIdentity {
  readonly ktimeUs: number;
  readonly fd: number;
  readonly state: 'handshake_done' | 'shutdown' | 'free' | 'set_fd';
}

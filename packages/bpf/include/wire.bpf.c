// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
/*
 * Never loaded: its BTF holds every record, key, value and constant of the contract, and is what gen/wire.ts is
 * generated from. A new record or enum is named here once.
 */
#include "wire.h"
#include "control.h"

struct process_fork wire_process_fork;
struct process_exec wire_process_exec;
struct process_exit wire_process_exit;
struct tls_data wire_tls_data;
struct tls_state wire_tls_state;
struct image_mapped wire_image_mapped;
struct emit_count wire_emit_count;
struct scope_config wire_scope_config;
struct file_key wire_file_key;

enum eyrie_op wire_op;
enum eyrie_record_flags wire_record_flags;
enum eyrie_tls_direction wire_tls_direction;
enum eyrie_tls_state_kind wire_tls_state_kind;
enum eyrie_limits wire_limits;
enum eyrie_emit_outcome wire_emit_outcome;
enum eyrie_emit_limits wire_emit_limits;
enum eyrie_tls_call wire_tls_call;
enum eyrie_tls_cookie wire_tls_cookie;
enum eyrie_scope_mode wire_scope_mode;
enum eyrie_scope_action wire_scope_action;
enum eyrie_scope_kind wire_scope_kind;
